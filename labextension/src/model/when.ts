/** Days and times that the server says, in the person's language. */

/** A day: of a time where the person is, and of a day without a time that same day everywhere. */
export function dayWords(text: string, locale?: string): string {
  const time = new Date(text.includes('T') ? text : `${text}T00:00`);
  return Number.isNaN(time.getTime())
    ? text
    : time.toLocaleDateString(locale, { dateStyle: 'medium' });
}

/** A day and the time of it. */
export function timeWords(text: string, locale?: string): string {
  const time = new Date(text);
  return Number.isNaN(time.getTime())
    ? text
    : time.toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
}
