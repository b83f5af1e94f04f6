/** Text from elsewhere, and measures, as people can read them. */

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** Hexadecimal digits of a digest that people compare by eye. */
const SHORT_DIGEST = 12;

/** The text on one line, with control and direction characters spelled out as `<U+202E>`. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, each => {
    const code = (each.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return `<U+${code.padStart(4, '0')}>`;
  });
}

/** As `visible` writes what can't be seen. */
const SPELLED = /(<U\+[0-9A-F]{4,6}>)/;

/** Characters that are as wide as two. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uFF01-\uFF60]/u;

/**
 * A path in so many columns: the file's own name, and as many of the folders
 * above it as fit. A name that is too long itself is cut in its middle.
 */
export function shortPath(text: string, columns: number): string {
  if (columnsOf(text) <= columns) {
    return text;
  }
  const folders = text.split('/');
  let kept = folders.pop() ?? '';
  while (
    folders.length > 0 &&
    columnsOf(`…/${folders.at(-1)}/${kept}`) <= columns
  ) {
    kept = `${folders.pop()}/${kept}`;
  }
  const path = folders.length > 0 ? `…/${kept}` : kept;
  return columnsOf(path) <= columns ? path : cutInside(kept, columns);
}

function cutInside(text: string, columns: number): string {
  if (columnsOf(text) <= columns) {
    return text;
  }
  const all = letters(text);
  const cut = (head: number, tail: number): string =>
    [...all.slice(0, head), '…', ...all.slice(all.length - tail)].join('');
  let [head, tail] = [0, 0];
  // The end comes first: it has the file's type, and the number of a part.
  for (;;) {
    if (columnsOf(cut(head, tail + 1)) > columns) {
      return cut(head, tail);
    }
    tail += 1;
    if (columnsOf(cut(head + 1, tail)) <= columns) {
      head += 1;
    }
  }
}

/** What people take for one character, whatever it is put together from; what is spelled out is one, too. */
function letters(text: string): string[] {
  return text
    .split(SPELLED)
    .flatMap(part =>
      SPELLED.test(part)
        ? [part]
        : [...new Intl.Segmenter().segment(part)].map(each => each.segment)
    );
}

function columnsOf(text: string): number {
  return letters(text).reduce(
    (sum, each) =>
      sum + (SPELLED.test(each) ? each.length : WIDE.test(each) ? 2 : 1),
    0
  );
}

export function shortDigest(sha256: string): string {
  return visible(sha256.slice(0, SHORT_DIGEST));
}

/** Bytes in decimal units, in the person's language: `1.2 MB`. */
export function sizeWords(bytes: number, locale?: string): string {
  let amount = bytes;
  let unit = 'byte';
  for (const larger of ['kilobyte', 'megabyte', 'gigabyte', 'terabyte']) {
    if (amount < 1000) {
      break;
    }
    amount /= 1000;
    unit = larger;
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits: unit === 'byte' ? 0 : 1
  }).format(amount);
}

/** The address if it may be a link: http or https, and nothing invisible in it. */
export function webLink(text: string): string | null {
  if (visible(text) !== text || !/^https?:\/\/[^/]/i.test(text)) {
    return null;
  }
  return URL.canParse(text) ? text : null;
}
