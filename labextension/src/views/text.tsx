/** Text from elsewhere on the page: always text, and never able to reorder what stands around it. */
import * as React from 'react';

import { shortPath, visible, webLink } from '../model/words';

/**
 * A name, path or message as people wrote it, whole in the title. With `room`,
 * a longer path is cut to so many columns at its beginning; what is too long
 * still is cut with an ellipsis by the style.
 */
export function Foreign(props: {
  readonly text: string;
  readonly className?: string;
  readonly room?: number;
}): React.ReactElement {
  const text = visible(props.text);
  return (
    <bdi className={props.className} title={text}>
      {props.room === undefined ? text : shortPath(text, props.room)}
    </bdi>
  );
}

/** What is to be typed; no option is broken behind its first hyphen. */
function Typed(props: { readonly text: string }): React.ReactElement {
  return (
    <>
      {props.text.split(/((?<!\S)--[a-z-]+)/).map((part, at) =>
        at % 2 === 1 ? (
          <span key={at} className="jp-AisecOption">
            {part}
          </span>
        ) : (
          visible(part)
        )
      )}
    </>
  );
}

/** One line, with `code` in backquotes. */
export function Words(props: { readonly text: string }): React.ReactElement {
  return (
    <>
      {props.text.split(/(`[^`]+`)/).map((part, at) =>
        part.length > 2 && part.startsWith('`') && part.endsWith('`') ? (
          <code key={at} className="jp-AisecWord">
            <Typed text={part.slice(1, -1)} />
          </code>
        ) : (
          visible(part)
        )
      )}
    </>
  );
}

/** Paragraphs parted by empty lines. */
export function Prose(props: { readonly text: string }): React.ReactElement {
  const paragraphs = props.text.split(/\n\s*\n/).map(each => each.trim());
  return (
    <>
      {paragraphs.filter(Boolean).map((paragraph, index) => (
        <p key={index}>
          <Words text={paragraph.replace(/\s+/g, ' ')} />
        </p>
      ))}
    </>
  );
}

/** A link where the text is an address on the web, else the text. */
export function Reference(props: {
  readonly text: string;
}): React.ReactElement {
  const address = webLink(props.text);
  return address === null ? (
    <Foreign text={props.text} />
  ) : (
    <a href={address} target="_blank" rel="noopener noreferrer">
      {address}
    </a>
  );
}

/** Code over several lines, as text. */
export function Code(props: {
  readonly label: string;
  readonly code: string;
}): React.ReactElement {
  const lines = props.code.split('\n').map(visible);
  return (
    <pre className="jp-AisecCode" tabIndex={0} aria-label={props.label}>
      {lines.join('\n')}
    </pre>
  );
}

/** A line that is read out when it changes. */
export function Status(props: {
  readonly children: React.ReactNode;
}): React.ReactElement {
  return (
    <div className="jp-AisecStatus" role="status" aria-live="polite">
      {props.children}
    </div>
  );
}
