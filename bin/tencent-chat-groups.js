#!/usr/bin/env node
import { main } from '../js/cli/main.js';

process.exitCode = await main(process.argv.slice(2), process.env);
// What the system still blocks, as a named pipe that nobody reads, must not hold whoever interrupted it. process.exit()
// would wait for it too.
if (process.exitCode === 130) setTimeout(() => process.kill(process.pid, 'SIGINT'), 500).unref();
