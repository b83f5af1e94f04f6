/** The findings in one editor, and the lines under them, which move with the text. */
import {
  type EditorState,
  type Range,
  StateEffect,
  StateField,
  type Text
} from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';

import type { Finding, Position } from '../wire';

/** A finding, and where it is in the text as it stands. */
export interface IMark {
  readonly from: number;
  readonly to: number;
  readonly finding: Finding;
}

export const setMarks = StateEffect.define<readonly IMark[]>();

export const marksField = StateField.define<readonly IMark[]>({
  create: () => [],
  update: (marks, transaction) => {
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) {
        return effect.value;
      }
    }
    if (!transaction.docChanged) {
      return marks;
    }
    return marks
      .map(mark => ({
        ...mark,
        from: transaction.changes.mapPos(mark.from, 1),
        to: transaction.changes.mapPos(mark.to, -1)
      }))
      .filter(mark => mark.from < mark.to);
  },
  provide: field => EditorView.decorations.from(field, decorations)
});

/** Marks of findings in the text that they are about. */
export function marksOf(
  text: Text,
  findings: readonly Finding[] = []
): readonly IMark[] {
  return findings.map(finding => markOf(text, finding));
}

/** The marks that touch a place, from the left. */
export function marksAt(
  state: EditorState,
  from: number,
  to: number
): readonly IMark[] {
  const marks = state.field(marksField, false) ?? [];
  return marks.filter(mark => mark.from <= to && from <= mark.to);
}

/** Where a finding is in the text as it stands; one that is gone, where it was. */
export function placeOf(state: EditorState, finding: Finding): IMark {
  const marks = state.field(marksField, false) ?? [];
  return (
    marks.find(mark => mark.finding.id === finding.id) ??
    markOf(state.doc, finding)
  );
}

function markOf(text: Text, finding: Finding): IMark {
  const from = offset(text, finding.range.start);
  const to = Math.max(from, offset(text, finding.range.end));
  if (from < to) {
    return { from, to, finding };
  }
  // A place between two characters: mark the rest of the line, or all of it.
  const line = text.lineAt(from);
  return { from: from < line.to ? from : line.from, to: line.to, finding };
}

function offset(text: Text, { line, character }: Position): number {
  if (line >= text.lines) {
    return text.length;
  }
  const found = text.line(line + 1);
  return Math.min(found.from + character, found.to);
}

function decorations(marks: readonly IMark[]): DecorationSet {
  const ranges: Range<Decoration>[] = marks
    .filter(mark => mark.from < mark.to)
    .map(({ from, to, finding }) =>
      Decoration.mark({
        class: 'jp-AisecHint',
        attributes: { 'data-severity': finding.severity }
      }).range(from, to)
    );
  return Decoration.set(ranges, true);
}
