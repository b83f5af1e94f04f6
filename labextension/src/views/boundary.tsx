/** Shows something else where a part of a view can't be loaded or drawn. */
import * as React from 'react';

interface IProps {
  readonly instead: React.ReactNode;
  readonly children: React.ReactNode;
}

export class Boundary extends React.Component<IProps, { failed: boolean }> {
  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override state = { failed: false };

  override render(): React.ReactNode {
    return this.state.failed ? this.props.instead : this.props.children;
  }
}
