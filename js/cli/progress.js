/** Progress on a terminal: one line that is written over. Elsewhere it says nothing. */
export class ProgressLine {
  #stream;
  #shown = false;

  constructor(stream) {
    this.#stream = stream;
  }

  show({ totalCount, requests, elapsedMs }, listed) {
    const percent = totalCount > 0 ? ` (${Math.min(100, Math.floor((100 * listed) / totalCount))} %)` : '';
    const calls = requests === 1 ? '1 call' : `${requests} calls`;
    this.#write(
      `${number(listed)} of ${number(totalCount)} groups${percent}, ${calls}, ${(elapsedMs / 1000).toFixed(1)} s`,
    );
  }

  retry({ error, waitMs }) {
    const what = error.hint ? error.message.slice(0, -error.hint.length).trim() : error.message;
    this.#write(`${what} Trying again in ${(waitMs / 1000).toFixed(1)} s`);
  }

  /** Ends the line, so that what follows begins on its own. */
  end() {
    if (this.#shown) this.#stream.write('\n');
    this.#shown = false;
  }

  #write(text) {
    if (!this.#stream.isTTY) return;
    const width = (this.#stream.columns || 80) - 1;
    this.#stream.write(`\r\x1b[K${text.slice(0, width)}`);
    this.#shown = true;
  }
}

const number = (n) => n.toLocaleString('en-US');
