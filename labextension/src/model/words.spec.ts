import { describe, expect, it } from 'vitest';

import { shortDigest, shortPath, sizeWords, visible, webLink } from './words';

describe('text from elsewhere', () => {
  it('shows what would reorder or hide', () => {
    expect(visible('a\u202Egnp.csv')).toBe('a<U+202E>gnp.csv');
    expect(visible('one\ntwo\u0000')).toBe('one<U+000A>two<U+0000>');
    expect(visible('\u{E0041}')).toBe('<U+E0041>');
  });

  it('leaves text of any script as it is', () => {
    expect(visible('données 数据 بيانات 📊')).toBe('données 数据 بيانات 📊');
  });

  it('links only to the web', () => {
    expect(webLink('https://example.org/a?b=c')).toBe(
      'https://example.org/a?b=c'
    );
    for (const each of [
      'javascript:alert(1)',
      ' javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'https://',
      'https://example.org/\u202Egpj',
      'OWASP ML06'
    ]) {
      expect(webLink(each)).toBeNull();
    }
  });
});

describe('measures', () => {
  it('says sizes in decimal units', () => {
    expect(sizeWords(0, 'en')).toBe('0 bytes');
    expect(sizeWords(999, 'en')).toBe('999 bytes');
    expect(sizeWords(1234, 'en')).toBe('1.2 kB');
    expect(sizeWords(5e9, 'en')).toBe('5 GB');
    expect(sizeWords(3e15, 'en')).toBe('3,000 TB');
  });

  it('shortens digests', () => {
    expect(shortDigest('0123456789abcdef')).toBe('0123456789ab');
  });
});

describe('a path where there is little room', () => {
  it('keeps the name of the file and what fits of its folders', () => {
    expect(shortPath('data/raw/flats.csv', 30)).toBe('data/raw/flats.csv');
    expect(shortPath('data/raw/flats.csv', 15)).toBe('…/raw/flats.csv');
    expect(shortPath('data/raw/flats.csv', 14)).toBe('…/flats.csv');
  });

  it('cuts a long name inside, so that its end is seen', () => {
    expect(shortPath('a/measurements-2024.csv', 13)).toBe('measur…24.csv');
    expect(shortPath('x'.repeat(30), 9)).toBe('xxxx…xxxx');
  });

  it('leaves whole what is spelled out', () => {
    expect(shortPath('image-of-a-house<U+202E>gnp.csv', 24)).toBe(
      'image-of…<U+202E>gnp.csv'
    );
  });

  it('is never wider than the room, in any script', () => {
    for (const text of ['数据/訓練データ.csv', '📊'.repeat(20), 'a/b/c']) {
      for (let room = 3; room < 12; room++) {
        const wide = Array.from(shortPath(text, room)).reduce(
          (sum, each) => sum + (each > '\u1100' && each !== '…' ? 2 : 1),
          0
        );
        expect(wide).toBeLessThanOrEqual(room);
      }
    }
  });
});
