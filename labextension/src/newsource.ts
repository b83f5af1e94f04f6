/** Says once that a notebook read data that nobody has described. */
import { Notification } from '@jupyterlab/apputils';
import type { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { LineageModel } from './model/lineage';
import type { Lineages } from './model/lineages';
import { SeenSources } from './model/seen';
import { visible } from './model/words';
import type { IAisecSettings } from './tokens';

/** Long enough to read and to reach; it comes once. */
const STAYS = 15_000;

/** So many names are said; the rest is a number. */
const NAMED = 3;

export interface INewSourceOptions {
  readonly lineages: Lineages;
  readonly settings: IAisecSettings;
  readonly state: IStateDB | null;
  readonly trans: TranslationBundle;
  /** Whether the person sees the sources anyway. */
  readonly seesSources: () => boolean;
  readonly describe: (model: LineageModel, name: string) => void;
}

export function announceNewSources(options: INewSourceOptions): void {
  const seen = new SeenSources(options.state);
  const shown = new Map<LineageModel, IShown>();

  const announce = async (model: LineageModel): Promise<void> => {
    if (!options.settings.notify) {
      return;
    }
    await model.refresh();
    const fresh = await seen.see(model.reply?.nodes ?? []);
    if (fresh.length === 0 || options.seesSources()) {
      return;
    }
    const last = shown.get(model);
    const still = last !== undefined && Notification.manager.has(last.id);
    const names = [...(still ? last.names : []), ...fresh];
    const message = wordsOf(names, options.trans);
    if (still) {
      Notification.update({ id: last.id, message, autoClose: STAYS });
      shown.set(model, { id: last.id, names });
      return;
    }
    const id = Notification.info(message, {
      autoClose: STAYS,
      actions: [
        {
          label: options.trans.__('Describe'),
          displayType: 'accent',
          callback: () => {
            options.describe(model, names[0]);
          }
        },
        {
          label: options.trans.__('Later'),
          caption: options.trans.__('Say so again in the next session'),
          callback: () => void seen.again(names)
        }
      ]
    });
    shown.set(model, { id, names });
  };
  const follow = (model: LineageModel): void => {
    model.heard.connect(() => void announce(model));
    model.disposed.connect(() => shown.delete(model));
  };
  options.lineages.all.forEach(follow);
  options.lineages.added.connect((_, model) => {
    follow(model);
  });
}

interface IShown {
  readonly id: string;
  readonly names: readonly string[];
}

function wordsOf(names: readonly string[], trans: TranslationBundle): string {
  const some = names.slice(0, NAMED).map(visible).join(', ');
  return names.length > NAMED
    ? trans.__(
        '%1 new data sources were read that nobody has described: %2 and %3 more.',
        names.length,
        some,
        names.length - NAMED
      )
    : trans._n(
        'A new data source was read that nobody has described: %2.',
        '%1 new data sources were read that nobody has described: %2.',
        names.length,
        some
      );
}
