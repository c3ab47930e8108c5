import { deviceCode, type SignIn } from '../../src/oauth/index.ts';
import { decideOnDevice } from './userAgent.ts';

/** A sign-in with a device code, which the user confirms at once. It needs no page and no pause. */
export const confirmedDevice = (): SignIn =>
  deviceCode({
    show: ({ verificationUriComplete }) => decideOnDevice(verificationUriComplete ?? ''),
    clock: {
      now: Date.now,
      schedule(callback) {
        queueMicrotask(callback);
        return () => undefined;
      },
    },
  });
