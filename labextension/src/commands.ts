/** The commands on findings. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import {
  ITranslator,
  nullTranslator,
  type TranslationBundle
} from '@jupyterlab/translation';
import {
  caretDownEmptyThinIcon,
  caretUpEmptyThinIcon,
  refreshIcon
} from '@jupyterlab/ui-components';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';

import { openTip } from './hints/extension';
import { shieldIcon } from './icons';
import { step, under } from './model/walk';
import { CommandIDs, type IFindingsModel, IFindingsTracker } from './tokens';
import type { Finding } from './wire';

const NOTHING = { type: 'object', properties: {} };

export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-aisec:commands',
  description: 'Commands to go to findings, and to fix or ignore them.',
  autoStart: true,
  requires: [IFindingsTracker],
  optional: [ITranslator, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    tracker: IFindingsTracker,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ): void => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load('jupyter_aisec');
    const named = namedFinding(trans);
    const isEnabled = (): boolean => tracker.current !== null;
    const canBe =
      (willDo: WillDo) =>
      (args: ReadonlyPartialJSONObject): boolean =>
        isThere(tracker, args, willDo);

    commands.addCommand(CommandIDs.next, {
      label: trans.__('Next Finding'),
      caption: trans.__('Go to the next finding of the notebook or file'),
      icon: caretDownEmptyThinIcon,
      describedBy: { args: NOTHING },
      isEnabled,
      execute: () => go(tracker, true)
    });
    commands.addCommand(CommandIDs.previous, {
      label: trans.__('Previous Finding'),
      caption: trans.__('Go to the previous finding of the notebook or file'),
      icon: caretUpEmptyThinIcon,
      describedBy: { args: NOTHING },
      isEnabled,
      execute: () => go(tracker, false)
    });
    commands.addCommand(CommandIDs.fix, {
      label: trans.__('Fix Finding'),
      caption: trans.__('Repair the code of the finding at the cursor'),
      icon: shieldIcon,
      describedBy: { args: named },
      isEnabled: canBe(isFixable),
      execute: async args => {
        const meant = await find(tracker, args, isFixable);
        return meant ? meant.model.fix(meant.key, meant.finding.id) : false;
      }
    });
    commands.addCommand(CommandIDs.fixSafe, {
      label: trans.__('Fix All Findings That Are Safe to Fix'),
      caption: trans.__(
        'Make every repair after which a working program keeps working the same'
      ),
      icon: shieldIcon,
      describedBy: { args: NOTHING },
      isEnabled,
      execute: async () => tracker.current?.fixSafe() ?? 0
    });
    commands.addCommand(CommandIDs.ignore, {
      label: trans.__('Ignore Finding with a Reason'),
      caption: trans.__(
        'Write the comment that silences the finding at the cursor, and type the reason behind it'
      ),
      icon: shieldIcon,
      describedBy: { args: named },
      isEnabled: canBe(isIgnorable),
      execute: async args => {
        const meant = await find(tracker, args, isIgnorable);
        if (!meant) {
          return false;
        }
        const { model, key, finding } = meant;
        const end = await model.ignore(key, finding.id, '');
        if (end !== null) {
          await tracker.reveal({ model, key, range: { start: end, end } });
        }
        return end !== null;
      }
    });
    commands.addCommand(CommandIDs.explain, {
      label: trans.__('Explain Finding'),
      caption: trans.__('What the rule of the finding at the cursor is about'),
      icon: shieldIcon,
      describedBy: { args: named },
      isEnabled: canBe(isAny),
      execute: async args => {
        const meant = await find(tracker, args, isAny);
        if (meant) {
          await commands.execute(CommandIDs.show, {
            section: 'findings',
            rule: meant.finding.rule
          });
        }
      }
    });
    commands.addCommand(CommandIDs.check, {
      label: trans.__('Check Again'),
      caption: trans.__('Ask for all findings of the notebook or file anew'),
      icon: refreshIcon,
      describedBy: { args: NOTHING },
      isEnabled,
      execute: () => tracker.current?.refresh()
    });

    for (const command of [
      CommandIDs.next,
      CommandIDs.previous,
      CommandIDs.fix,
      CommandIDs.fixSafe,
      CommandIDs.ignore,
      CommandIDs.explain,
      CommandIDs.check
    ]) {
      palette?.addItem({ command, category: trans.__('AI security') });
    }
  }
};

/** A finding that is named by who calls a command; without one, that at the cursor is meant. */
function namedFinding(trans: TranslationBundle): ReadonlyJSONObject {
  return {
    type: 'object',
    properties: {
      key: {
        type: 'string',
        description: trans.__('The name of the text it is in.')
      },
      id: { type: 'string', description: trans.__('The id of the finding.') }
    }
  };
}

interface IMeant {
  readonly model: IFindingsModel;
  readonly key: string;
  readonly finding: Finding;
}

type WillDo = (finding: Finding) => boolean;

const isAny: WillDo = () => true;
const isFixable: WillDo = ({ fix }) => fix !== null;
const isIgnorable: WillDo = ({ ignore }) => ignore !== null;

/** Of the findings that will do, the one that is named, or that at the cursor. */
async function find(
  tracker: IFindingsTracker,
  args: ReadonlyPartialJSONObject,
  willDo: WillDo
): Promise<IMeant | null> {
  const model = tracker.current;
  return model && known(model, () => meant(tracker, model, args, willDo));
}

/** Whether `find` may find one: as long as not all is known, it may. */
function isThere(
  tracker: IFindingsTracker,
  args: ReadonlyPartialJSONObject,
  willDo: WillDo
): boolean {
  const model = tracker.current;
  if (model === null) {
    return false;
  }
  return (
    model.state === 'checking' ||
    model.state === 'off' ||
    meant(tracker, model, args, willDo) !== null
  );
}

function meant(
  tracker: IFindingsTracker,
  model: IFindingsModel,
  { key, id }: ReadonlyPartialJSONObject,
  willDo: WillDo
): IMeant | null {
  if (typeof key === 'string' && typeof id === 'string') {
    const cell = model.cells.find(each => each.key === key);
    const finding = cell?.findings.find(each => each.id === id);
    return finding && willDo(finding) ? { model, key, finding } : null;
  }
  const { cursor } = tracker;
  const finding = cursor && under(model.cells, cursor, willDo);
  return finding ? { model, key: cursor.key, finding } : null;
}

/** Bring the next or the previous finding into view, and say what it is. */
async function go(tracker: IFindingsTracker, forward: boolean): Promise<void> {
  const model = tracker.current;
  if (!model) {
    return;
  }
  const stop = await known(model, () =>
    step(model.cells, tracker.cursor, forward)
  );
  if (stop) {
    const { key, finding } = stop;
    await tracker.reveal({ model, key, range: finding.range });
    if (tracker.editor instanceof CodeMirrorEditor) {
      openTip(tracker.editor.editor);
    }
  }
}

/** Look at the findings when they are there, even if nobody else wants to know. */
async function known<T>(model: IFindingsModel, look: () => T): Promise<T> {
  const wanted = model.want();
  try {
    await model.fresh();
    return look();
  } finally {
    wanted.dispose();
  }
}
