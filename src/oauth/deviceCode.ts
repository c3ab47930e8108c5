import * as protocol from 'oauth4webapi';
import { check, expectMembers, object } from '../errors/checks.ts';
import { throwIfAborted } from '../platform/abort.ts';
import { systemClock, type Clock } from '../platform/clock.ts';
import { pause } from '../platform/pause.ts';
import { causesOf, isLost } from '../server/errorCauses.ts';
import { AuthorizationError, isAuthorizationError } from './authorizationError.ts';
import { readError } from './readError.ts';
import type { SignIn, SignInCall } from './signIn.ts';
import type { SendTokenRequest } from './tokens.ts';

/** What the user needs to sign in on another device (RFC 8628, section 3.2). */
export interface DevicePrompt {
  /** The code that the user enters there. */
  readonly userCode: string;
  /** The address of the page on which the user enters it. */
  readonly verificationUri: string;
  /** The same address with the code in it, for a link or a QR code. `null` if the provider sends none. */
  readonly verificationUriComplete: string | null;
  /** How long the code is valid, in seconds. */
  readonly expiresIn: number;
}

/** Options of {@link deviceCode}. */
export interface DeviceCodeOptions {
  /**
   * Shows the code to the user. The program asks the provider as soon as it has returned or resolved. If it throws an error or
   * rejects, the sign-in fails.
   */
  readonly show: (prompt: DevicePrompt) => unknown;
  /** The clock of the pauses between two requests. Default is the system's clock. */
  readonly clock?: Clock;
}

/**
 * Signs in a program that has no browser, such as a command-line tool on a server or a television: the user enters a code
 * on another device, and the program asks the provider until that is done (RFC 8628).
 *
 * `session.login` rejects with `LoginFailedError`, whose `cause` is an {@link AuthorizationError}: `access_denied` if the user
 * refuses, `expired_token` if the user is too late. To stop waiting, abort the `signal` of `session.login`. A request that gets
 * no response, 429 or 5xx is repeated after twice the pause.
 *
 * @throws {InvalidOptionError} `show` is not a function, or `clock` is not a clock
 *
 * @example
 * ```ts
 * import { createSession } from 'sessionchart';
 * import { deviceCode, oauth } from 'sessionchart/oauth';
 *
 * const auth = oauth({ issuer: 'https://id.example.com', clientId: 'my-tool', scope: 'openid offline_access' });
 * const session = createSession({ baseUrl: 'https://api.example.com', ...auth.options });
 *
 * await session.login(
 *   deviceCode({
 *     show: ({ verificationUri, userCode }) => console.log(`Open ${verificationUri} and enter ${userCode}`),
 *   }),
 * );
 * ```
 */
export function deviceCode(options: DeviceCodeOptions): SignIn {
  check('options', options, object);
  expectMembers('options', options, ['show']);
  const { show, clock = systemClock } = options;
  expectMembers('clock', clock, ['now', 'schedule']);
  return {
    async run(call) {
      const { device, deadline } = await begin(call, clock);
      await show({
        userCode: device.user_code,
        verificationUri: device.verification_uri,
        verificationUriComplete: device.verification_uri_complete ?? null,
        expiresIn: device.expires_in,
      });
      return call.endpoint.signIn(
        call,
        poll({ call, clock, device, deadline }),
        ({ server, client }, answer) => protocol.processDeviceCodeResponse(server, client, answer),
      );
    },
  };
}

type Device = protocol.DeviceAuthorizationResponse;

async function begin(
  { settings: { scope, apis }, endpoint, ...call }: SignInCall<unknown>,
  clock: Clock,
): Promise<{ readonly device: Device; readonly deadline: number }> {
  const { server, client, clientAuth, options } = await endpoint.prepare(call);
  const parameters = new URLSearchParams({ scope });
  for (const resource of apis.indicators) parameters.append('resource', resource);
  const at = clock.now();
  try {
    const response = await protocol.deviceAuthorizationRequest(
      server,
      client,
      clientAuth,
      parameters,
      options,
    );
    const device = await protocol.processDeviceAuthorizationResponse(server, client, response);
    return { device, deadline: at + device.expires_in * 1000 };
  } catch (error) {
    throw readError(error);
  }
}

interface Poll {
  readonly call: SignInCall<unknown>;
  readonly clock: Clock;
  readonly device: Device;
  readonly deadline: number;
}

/** Asks for the tokens until the user has decided (RFC 8628, section 3.5). */
function poll({ call: { signal, settings }, clock, device, deadline }: Poll): SendTokenRequest {
  let interval = device.interval ?? 5;
  const additionalParameters = settings.apis.first.parameters;
  return async (request) => {
    const { server, client, clientAuth, options } = request;
    for (;;) {
      await pause(clock, interval * 1000, signal);
      throwIfAborted(signal);
      if (clock.now() >= deadline)
        throw new AuthorizationError('expired_token', 'The user has not entered the code in time');
      const response = await protocol
        .deviceCodeGrantRequest(server, client, clientAuth, device.device_code, {
          ...options,
          additionalParameters,
        })
        .catch(whyLost);
      if (response === null || response.status === 429 || response.status >= 500) interval *= 2;
      else {
        const error = response.ok ? null : await errorOf(request, response.clone());
        if (error === 'slow_down') interval += 5;
        else if (error !== 'authorization_pending') return response;
      }
    }
  };
}

/** Returns `null` for a request without a response. */
function whyLost(error: unknown): null {
  if ([...causesOf(error)].some(isLost)) return null;
  throw error;
}

async function errorOf(
  { server, client }: Parameters<SendTokenRequest>[0],
  response: Response,
): Promise<string | null> {
  try {
    await protocol.processDeviceCodeResponse(server, client, response);
    return null;
  } catch (thrown) {
    const error = readError(thrown);
    return isAuthorizationError(error) ? error.error : null;
  }
}
