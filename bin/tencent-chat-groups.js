#!/usr/bin/env node
import { main } from '../js/cli/main.js';
import { statuses } from '../js/cli/signals.js';

process.exitCode = await main(process.argv.slice(2), process.env);
// What the system still blocks, as a named pipe that nobody reads, must not hold whoever interrupted it. process.exit()
// would wait for it too.
const signal = Object.keys(statuses).find((name) => statuses[name] === process.exitCode);
if (signal) setTimeout(() => process.kill(process.pid, signal), 500).unref();
