/** Whether a notebook has a kernel, and when that has recorded something. */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';

/** The comm target that the kernel opens and closes at once; the opening is the whole message. */
const TARGET = 'jupyter_aisec';

/**
 * Call `heard` with the name of the recording session each time that the
 * kernel, whichever it is at the time, says that there is something new.
 */
export function listenToKernel(
  sessions: ISessionContext,
  heard: (session: string | null) => void
): IDisposable {
  let kernel: Kernel.IKernelConnection | null = null;

  const onOpen = (
    _: Kernel.IComm,
    message: KernelMessage.ICommOpenMsg
  ): void => {
    const { session } = message.content.data;
    heard(typeof session === 'string' ? session : null);
  };
  const follow = (): void => {
    const now = sessions.session?.kernel ?? null;
    if (now === kernel) {
      return;
    }
    kernel?.removeCommTarget(TARGET, onOpen);
    kernel = now;
    kernel?.registerCommTarget(TARGET, onOpen);
  };
  sessions.kernelChanged.connect(follow);
  follow();

  return new DisposableDelegate(() => {
    sessions.kernelChanged.disconnect(follow);
    kernel?.removeCommTarget(TARGET, onOpen);
  });
}

/** Whether there is a kernel that may run something, or is about to be one. */
export function isAlive(sessions: ISessionContext): boolean {
  if (!sessions.isReady) {
    return true;
  }
  const kernel = sessions.session?.kernel;
  return (
    kernel !== null &&
    kernel !== undefined &&
    !['dead', 'terminating'].includes(kernel.status)
  );
}
