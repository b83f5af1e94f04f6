/** What the person has set. */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { type ISignal, Signal } from '@lumino/signaling';

import type { IAisecSettings } from './tokens';

/** The settings as the registry has them; as they are by default until it has loaded them, and without one. */
export class Settings implements IAisecSettings {
  get hints(): boolean {
    return this._is('hints');
  }

  get gutter(): boolean {
    return this._is('gutter');
  }

  get notify(): boolean {
    return this._is('notify');
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Read them from here on. */
  follow(loaded: ISettingRegistry.ISettings): void {
    this._loaded = loaded;
    loaded.changed.connect(() => {
      this._changed.emit();
    });
    this._changed.emit();
  }

  private _is(name: string): boolean {
    return this._loaded?.composite[name] !== false;
  }

  private _loaded: ISettingRegistry.ISettings | null = null;
  private readonly _changed = new Signal<this, void>(this);
}
