// Stands in for the module `electron` in tests of the guide's Electron tool: as much of it as the tool uses, and what the real one
// would refuse. Main process and preload script live in one process here; `stand` is for the test, which plays the window.
const { EventEmitter } = require('node:events');

const stand = { handlers: new Map(), windows: [], exposed: {}, userData: '', ready: undefined };

const app = new EventEmitter();
app.getPath = (name) => {
  if (name !== 'userData') throw new Error(`no path ${name}`);
  return stand.userData;
};
// The real one gets ready only after the main script has been read to its end: who waits for it there waits for ever.
const ready = new Promise((resolve) => {
  stand.ready = resolve;
});
app.whenReady = () => ready;
app.quit = () => app.emit('quit');
app.exit = (status) => app.emit('exit', status);

/** What structured cloning lets through, as between real processes. */
const across = (value) => structuredClone(value);

class WebContents extends EventEmitter {
  mainFrame = { url: '' };
  received = new EventEmitter();
  setWindowOpenHandler(handler) {
    this.windowOpenHandler = handler;
  }
  send(channel, ...args) {
    this.received.emit(channel, {}, ...across(args));
  }
}

class BrowserWindow {
  webContents = new WebContents();
  constructor(options) {
    this.options = options;
    stand.windows.push(this);
  }
  async loadFile(path) {
    this.webContents.mainFrame.url = require('node:url').pathToFileURL(path).href;
    app.emit('loaded', this);
  }
}

const ipcMain = {
  handle(channel, handler) {
    if (stand.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    stand.handlers.set(channel, handler);
  },
};

const ipcRenderer = {
  async invoke(channel, ...args) {
    const handler = stand.handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    const [{ webContents: sender }] = stand.windows;
    return across(await handler({ sender, senderFrame: sender.mainFrame }, ...across(args)));
  },
  on(channel, listener) {
    stand.windows[0].webContents.received.on(channel, listener);
  },
};

const contextBridge = {
  exposeInMainWorld(name, api) {
    stand.exposed[name] = api;
  },
};

// Turns a text round, so that a test sees that it was used.
const safeStorage = {
  encryptString: (text) => Buffer.from(text.split('').reverse().join('')),
  decryptString: (bytes) => bytes.toString().split('').reverse().join(''),
};

exports.app = app;
exports.BrowserWindow = BrowserWindow;
exports.ipcMain = ipcMain;
exports.ipcRenderer = ipcRenderer;
exports.contextBridge = contextBridge;
exports.safeStorage = safeStorage;
exports.stand = stand;
