import { describe, expect, it } from 'vitest';

import { changed, Drafts, type IDraftStorage } from './drafts';

function storage(): IDraftStorage & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: key => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: key => void kept.delete(key)
  };
}

describe('drafts', () => {
  it('are there again after the page was loaded again', () => {
    const tab = storage();
    new Drafts(tab).keep('a.ipynb', 'data.csv', { source: 'typed' });
    expect(new Drafts(tab).get('a.ipynb', 'data.csv')).toEqual({
      source: 'typed'
    });
    expect(new Drafts(tab).get('b.ipynb', 'data.csv')).toBeNull();
  });

  it('are gone when dropped', () => {
    const tab = storage();
    const drafts = new Drafts(tab);
    drafts.keep('a.ipynb', 'data.csv', { source: 'typed' });
    drafts.drop('a.ipynb', 'data.csv');
    expect(drafts.get('a.ipynb', 'data.csv')).toBeNull();
    expect(tab.kept.size).toBe(0);
  });

  it('are kept where the browser forbids storage', () => {
    const forbidden = (): never => {
      throw new Error('forbidden');
    };
    const drafts = new Drafts({
      getItem: forbidden,
      setItem: forbidden,
      removeItem: forbidden
    });
    drafts.keep('a.ipynb', 'data.csv', { source: 'typed' });
    expect(drafts.get('a.ipynb', 'data.csv')).toEqual({ source: 'typed' });
    expect(drafts.get('a.ipynb', 'other.csv')).toBeNull();
  });

  it('believe nothing odd in the storage', () => {
    const tab = storage();
    const drafts = new Drafts(tab);
    drafts.keep('a', 'b', { source: 'typed' });
    const key = [...tab.kept.keys()][0];
    tab.kept.set(key, '{"source": 5}');
    expect(new Drafts(tab).get('a', 'b')).toBeNull();
    tab.kept.set(key, '{');
    expect(new Drafts(tab).get('a', 'b')).toBeNull();
  });
});

describe('what was changed in a form', () => {
  it('is what differs from what is saved, emptied answers as empty', () => {
    const saved = { source: 'registry', licence: 'MIT' };
    const typed = { source: 'registry', limits: 'few' };
    expect(changed(typed, saved, ['source', 'licence', 'limits'])).toEqual({
      licence: '',
      limits: 'few'
    });
    expect(changed(saved, saved, ['source', 'licence', 'limits'])).toEqual({});
  });
});
