/** Text from elsewhere on the page: always text, and never able to reorder what stands around it. */
import * as React from 'react';

import { visible, webLink } from '../model/words';

/** A name, path or message as people wrote it; cut with an ellipsis by the style, whole in the title. */
export function Foreign(props: {
  readonly text: string;
  readonly className?: string;
}): React.ReactElement {
  const text = visible(props.text);
  return (
    <bdi className={props.className} title={text}>
      {text}
    </bdi>
  );
}

/** Paragraphs parted by empty lines; `code` in backquotes. */
export function Prose(props: { readonly text: string }): React.ReactElement {
  const paragraphs = props.text.split(/\n\s*\n/).map(each => each.trim());
  return (
    <>
      {paragraphs.filter(Boolean).map((paragraph, index) => (
        <p key={index}>
          {paragraph
            .replace(/\s+/g, ' ')
            .split(/(`[^`]+`)/)
            .map((part, at) =>
              part.length > 2 && part.startsWith('`') && part.endsWith('`') ? (
                <code key={at}>{visible(part.slice(1, -1))}</code>
              ) : (
                visible(part)
              )
            )}
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
