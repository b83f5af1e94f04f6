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
