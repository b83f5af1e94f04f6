/** What is said about the findings at a place, with what can be done. */
import type { TranslationBundle } from '@jupyterlab/translation';

import { fixLabel, fixWords } from '../model/fixes';
import { severityWord, SHAPES } from '../model/severity';
import { visible } from '../model/words';
import type { Finding } from '../wire';

export interface ITipActions {
  fix(finding: Finding): void;
  explain(finding: Finding): void;
  ignore(finding: Finding): void;
}

/** A line above the findings, for what is said of them all; no line while it is empty. */
export function noteNode(): HTMLElement {
  return element('p', 'jp-AisecTip-note');
}

/** Findings of one place, below a note. */
export function tipNode(
  note: HTMLElement,
  findings: readonly Finding[],
  actions: ITipActions,
  trans: TranslationBundle
): HTMLElement {
  const node = element('div', 'jp-AisecTip');
  node.append(note);
  node.append(...findings.map(each => findingNode(each, actions, trans)));
  return node;
}

/** The same in one line, to be read out. */
export function tipText(
  findings: readonly Finding[],
  note: string,
  trans: TranslationBundle
): string {
  const words = findings.map(
    ({ severity, message }) =>
      `${severityWord(severity, trans)}: ${visible(message)}`
  );
  return [visible(note), ...words].join(' ').trim();
}

function findingNode(
  finding: Finding,
  actions: ITipActions,
  trans: TranslationBundle
): HTMLElement {
  const { fix, ignore, severity } = finding;
  const node = element('section', 'jp-AisecTip-finding');
  const head = element('div', 'jp-AisecTip-head');
  const shape = element('span', 'jp-AisecShape', SHAPES[severity]);
  shape.dataset.severity = severity;
  shape.setAttribute('aria-hidden', 'true');
  head.append(
    shape,
    element('strong', '', severityWord(severity, trans)),
    element('bdi', 'jp-AisecTip-rule', visible(finding.rule))
  );
  const row = element('div', 'jp-AisecTip-row');
  node.append(
    head,
    element('p', 'jp-AisecTip-message', visible(finding.message))
  );
  if (fix !== null) {
    node.append(element('p', 'jp-AisecTip-fix', fixWords(fix, trans)));
    row.append(
      button(fixLabel(fix, trans), () => {
        actions.fix(finding);
      })
    );
  }
  row.append(
    button(trans.__('Why'), () => {
      actions.explain(finding);
    })
  );
  if (ignore !== null) {
    row.append(
      button(trans.__('Ignore…'), () => {
        actions.ignore(finding);
      })
    );
  }
  node.append(row);
  return node;
}

function element(tag: string, className: string, text = ''): HTMLElement {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

function button(text: string, pressed: () => void): HTMLButtonElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = 'jp-AisecButton';
  node.textContent = text;
  // The editor keeps the focus, so that one goes on typing.
  node.addEventListener('mousedown', event => {
    event.preventDefault();
  });
  node.addEventListener('click', pressed);
  return node;
}
