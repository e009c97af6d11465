// Angular, whose builder copies no file that a package names: /inline, loaded when it is needed, or an asset and init.
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { launchChromium } from '../../support/chromium.js';
import { startSigningHop } from '../../support/signing-hop.js';
import { documentedFiles } from '../support/documented.js';
import { startCompatSandbox } from '../support/expected.js';
import { assertFitForBrowsers, assertListsGroups, html } from '../support/page.js';
import { openProject } from '../support/project.js';
import { proves } from '../support/proof.js';
import { lockedVersion, node } from '../support/tools.js';

const documented = documentedFiles('Angular');

const main = (service) => `
import { Component, signal } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { listGroups } from './${service}';

@Component({ selector: 'app-root', template: '<pre>{{ shown() }}</pre>' })
class App {
  shown = signal('');
  constructor() {
    listGroups({ proxy: location.origin, limit: 1000, minIntervalMs: 0 })
      .then(({ groupIds }) => this.shown.set(groupIds.join('\\n')), (error) => this.shown.set(String(error)))
      .then(() => setTimeout(() => { document.title = 'done'; }, 100)); // once it is rendered
  }
}
bootstrapApplication(App);`;

const workspace = {
  version: 1,
  cli: { analytics: false },
  projects: {
    app: {
      projectType: 'application',
      root: '',
      architect: {
        build: {
          builder: '@angular/build:application',
          options: {
            browser: 'src/main.ts',
            index: 'src/index.html',
            tsConfig: 'tsconfig.json',
            assets: JSON.parse(documented['angular.json']).assets,
          },
        },
      },
    },
  },
};

const files = {
  ...documented,
  'angular.json': JSON.stringify(workspace),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      target: 'es2022',
      module: 'preserve',
      moduleResolution: 'bundler',
      skipLibCheck: true,
    },
    files: ['src/main.ts'],
  }),
  'src/index.html': html('<base href="/"><app-root></app-root>').replace('<pre></pre>', ''),
};

describe('Angular', () => {
  let sandbox;
  let browser;
  let project;
  before(async () => {
    sandbox = await startCompatSandbox();
    browser = await launchChromium();
    project = await openProject(files, 'angular');
  });
  after(async () => {
    await project?.remove();
    await browser?.close();
    await sandbox?.stop();
  });

  for (const [how, service] of [
    ['/inline, loaded when it is needed', 'groups-inline'],
    ['an asset and init', 'groups-asset'],
  ])
    proves('1-frameworks', `Angular ${lockedVersion('angular', '@angular/core')}`, how, async () => {
      await project.write('src/main.ts', main(service));
      const env = { PATH: `${join(node('node-24'), '..')}:${process.env.PATH}`, NG_CLI_ANALYTICS: 'false' };
      await project.run(node('node-24'), ['node_modules/@angular/cli/bin/ng.js', 'build'], env);
      const out = join(project.folder, 'dist/app/browser');
      await assertFitForBrowsers(out, project.folder);
      const hop = await startSigningHop(out, sandbox.options);
      try {
        await assertListsGroups(browser, `${hop.origin}/index.html`);
      } finally {
        await hop.stop();
      }
    });
});
