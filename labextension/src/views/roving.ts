/** One tab stop for a whole list: the arrow keys move within it, and the focus stays when its holder goes away. */
import * as React from 'react';

const STOPS = '[data-stop]';

export interface IRoving {
  /** The stop that the Tab key reaches. */
  readonly active: string | null;
  readonly list: React.RefObject<HTMLDivElement>;
  /** For the element round the list. */
  readonly onFocus: (event: React.FocusEvent) => void;
  readonly onKeyDown: (event: React.KeyboardEvent) => void;
  /** Give the focus to the stop of the name, or to the one that the Tab key reaches; false when there is none. */
  readonly focus: (name?: string) => boolean;
  /** What happens now may take the element away that has the focus: give it to its neighbour then. */
  readonly keepPlace: () => void;
}

export function useRoving(): IRoving {
  const list = React.useRef<HTMLDivElement>(null);
  const [active, setActive] = React.useState<string | null>(null);
  const place = React.useRef<number | null>(null);
  const stops = (): HTMLElement[] => [
    ...(list.current?.querySelectorAll<HTMLElement>(STOPS) ?? [])
  ];

  // After each drawing: the stops come and go with what is listed.
  // eslint-disable-next-line react-hooks/exhaustive-deps -- it settles, since the name it sets is one of the stops
  React.useEffect(() => {
    const all = stops();
    const names = all.map(each => each.dataset.stop);
    if (all.length > 0 && (active === null || !names.includes(active))) {
      const near = Math.min(place.current ?? 0, all.length - 1);
      setActive(all[near].dataset.stop!);
    }
    if (place.current !== null && document.activeElement === document.body) {
      all.at(Math.min(place.current, all.length - 1))?.focus();
    }
  });

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const all = stops();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = new Map([
      ['ArrowDown', Math.min(at + 1, all.length - 1)],
      ['ArrowUp', Math.max(at - 1, 0)],
      ['Home', 0],
      ['End', all.length - 1]
    ]).get(event.key);
    if (at >= 0 && to !== undefined) {
      event.preventDefault();
      all[to].focus();
    }
  };
  return {
    active,
    list,
    onFocus: event => {
      const name = event.target.closest<HTMLElement>(STOPS)?.dataset.stop;
      if (name !== undefined) {
        place.current = null;
        setActive(name);
      }
    },
    onKeyDown,
    focus: name => {
      const all = stops();
      const wanted = name ?? active;
      const stop = all.find(each => each.dataset.stop === wanted) ?? all.at(0);
      stop?.focus();
      // The first is shown with what stands above the list.
      if (stop === all.at(0)) {
        list.current?.parentElement?.scrollTo({ top: 0 });
      }
      return stop !== undefined;
    },
    keepPlace: () => {
      place.current = Math.max(
        0,
        stops().findIndex(each => each.dataset.stop === active)
      );
    }
  };
}
