/** The commands on findings. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
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

import { openTip, tellInTip } from './hints/extension';
import { shieldIcon } from './icons';
import {
  find,
  type IMeant,
  isAny,
  isFixable,
  isIgnorable,
  isThere,
  known,
  meant,
  type WillDo
} from './model/meant';
import { fixedWords, whyUnchanged } from './model/unchanged';
import { step } from './model/walk';
import { CommandIDs, type IFindingsModel, IFindingsTracker } from './tokens';

/** Milliseconds to read one line. */
const STAYS = 5000;

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
      // A key that does nothing leaves the person guessing: this one says why.
      isEnabled: args =>
        args.id === undefined
          ? tracker.cursor !== null
          : isThere(tracker, args, isFixable),
      execute: args =>
        change(tracker, args, trans, {
          willDo: isFixable,
          make: ({ model, key, finding }) => model.fix(key, finding.id),
          none: trans.__(
            'There is no fix for this. "Why" says what else can be done.'
          )
        })
    });
    commands.addCommand(CommandIDs.fixSafe, {
      label: trans.__('Fix All Findings That Are Safe to Fix'),
      caption: trans.__(
        'Make every fix that can not change what a working program does'
      ),
      icon: shieldIcon,
      describedBy: { args: NOTHING },
      isEnabled,
      execute: async () => {
        const model = tracker.current;
        if (model !== null) {
          // All over the document: there is no place to say it.
          Notification.info(await fixSafe(model, trans), { autoClose: STAYS });
        }
      }
    });
    commands.addCommand(CommandIDs.ignore, {
      label: trans.__('Ignore Finding with a Reason'),
      caption: trans.__(
        'Write the comment that silences the finding at the cursor, and type the reason behind it'
      ),
      icon: shieldIcon,
      describedBy: { args: named },
      isEnabled: args => isThere(tracker, args, isIgnorable),
      execute: args =>
        change(tracker, args, trans, {
          willDo: isIgnorable,
          make: async ({ model, key, finding }) => {
            const end = await model.ignore(key, finding.id, '');
            if (end === null) {
              return false;
            }
            await tracker.reveal({ model, key, range: { start: end, end } });
            tell(tracker, null, trans.__('Why may it stay? Type the reason.'));
            return true;
          },
          none: trans.__('No comment that ignores this can stand here.')
        })
    });
    commands.addCommand(CommandIDs.explain, {
      label: trans.__('Explain Finding'),
      caption: trans.__('What the rule of the finding at the cursor is about'),
      icon: shieldIcon,
      describedBy: { args: named },
      isEnabled: args => isThere(tracker, args, isAny),
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

/** What is changed for a finding that will do; `none` is said where one stands that will not. */
interface IChange {
  readonly willDo: WillDo;
  readonly make: (found: IMeant) => Promise<boolean>;
  readonly none: string;
}

/** Make a change for the finding that is meant; when it can't be made, say so where that is. */
async function change(
  tracker: IFindingsTracker,
  args: ReadonlyPartialJSONObject,
  trans: TranslationBundle,
  { willDo, make, none }: IChange
): Promise<boolean> {
  const model = tracker.current;
  if (model === null) {
    return false;
  }
  // What is found later may be gone then.
  const before = meant(tracker, model, args, willDo);
  return known(model, async () => {
    const found = meant(tracker, model, args, willDo);
    if (found && (await make(found))) {
      return true;
    }
    const wanted = found ?? before;
    if (wanted !== null || model.state !== 'checked') {
      tell(tracker, wanted, whyUnchanged(model, trans));
    } else {
      const other = meant(tracker, model, args, isAny);
      tell(
        tracker,
        other,
        other ? none : trans.__('Nothing was found on this line.')
      );
    }
    return false;
  });
}

/** Make all fixes that are safe; gives in words what came of it. */
async function fixSafe(
  model: IFindingsModel,
  trans: TranslationBundle
): Promise<string> {
  return known(model, async () =>
    fixedWords(model, await model.fixSafe(), trans)
  );
}

/** Say something in the tip of a finding, or at the cursor; where there are no tips, elsewhere. */
function tell(
  { editor, cursor }: IFindingsTracker,
  about: IMeant | null,
  words: string
): void {
  const isHere = about === null || about.key === cursor?.key;
  const isSaid =
    isHere &&
    editor instanceof CodeMirrorEditor &&
    tellInTip(editor.editor, about?.finding ?? null, words);
  if (!isSaid) {
    Notification.info(words, { autoClose: STAYS });
  }
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
