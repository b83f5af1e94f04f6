/** The mark beside a line with findings: the shape and the word of the worst one. */
import { type Extension, RangeSet } from '@codemirror/state';
import { type EditorView, gutter, GutterMarker } from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';

import { type Severity, severityWord, SHAPES, worst } from '../model/severity';
import type { Finding } from '../wire';
import { marksField } from './marks';

class LineMark extends GutterMarker {
  constructor(
    private readonly _severity: Severity,
    private readonly _label: string
  ) {
    super();
  }

  override eq(other: LineMark): boolean {
    return this._severity === other._severity && this._label === other._label;
  }

  override toDOM(): HTMLElement {
    const node = document.createElement('span');
    node.className = 'jp-AisecShape';
    node.dataset.severity = this._severity;
    node.textContent = SHAPES[this._severity];
    node.title = this._label;
    node.setAttribute('role', 'img');
    node.setAttribute('aria-label', this._label);
    return node;
  }
}

/** `open` is called with the places between which a mark stands that was pressed. */
export function markGutter(
  trans: TranslationBundle,
  open: (view: EditorView, from: number, to: number) => void
): Extension {
  return gutter({
    class: 'jp-AisecGutter',
    markers: view => {
      const { doc } = view.state;
      const lines = new Map<number, Finding[]>();
      for (const { from, finding } of view.state.field(marksField)) {
        const start = doc.lineAt(from).from;
        lines.set(start, [...(lines.get(start) ?? []), finding]);
      }
      return RangeSet.of(
        [...lines].map(([start, findings]) => {
          const severity = worst(findings);
          const label = trans._n(
            '%1 finding on this line, %2',
            '%1 findings on this line, worst: %2',
            findings.length,
            severityWord(severity, trans)
          );
          return new LineMark(severity, label).range(start);
        }),
        true
      );
    },
    domEventHandlers: {
      mousedown: (view, { from, to }, event) => {
        if (!(event.target as Element).closest('.jp-AisecShape')) {
          return false;
        }
        open(view, from, to);
        return true;
      }
    }
  });
}
