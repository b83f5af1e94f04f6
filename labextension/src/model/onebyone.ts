/** A task that runs once at a time: whatever asks for it meanwhile is served by one more turn, after. */
export class OneByOne {
  constructor(private readonly _task: () => Promise<void>) {}

  /** When it has run, begun after this was called. */
  run(): Promise<void> {
    this._again = true;
    this._running ??= this._work();
    return this._running;
  }

  private async _work(): Promise<void> {
    try {
      while (this._again) {
        this._again = false;
        await this._task();
      }
    } finally {
      this._running = null;
    }
  }

  private _again = false;
  private _running: Promise<void> | null = null;
}
