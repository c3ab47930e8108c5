export { oauth } from './oauth.ts';
export { clientCredentials } from './clientCredentials.ts';
export { deviceCode } from './deviceCode.ts';
export { dpop } from './dpop.ts';
export { popup, silentFrame } from './popup.ts';
export { tokenPerApi } from './tokenPerApi.ts';
export { isAuthorizationError, AuthorizationError } from './authorizationError.ts';

export type { OAuth, RedirectOptions } from './oauth.ts';
export type { OAuthOptions, OAuthUser } from './oauthOptions.ts';
export type { ApiTokens } from './apis.ts';
export type { ApiOptions } from './tokenPerApi.ts';
export type { AuthorizationParameters } from './codeFlow.ts';
export type { ClientCredentials, ClientCredentialsOptions } from './clientCredentials.ts';
export type { DeviceCodeOptions, DevicePrompt } from './deviceCode.ts';
export type { DpopKeys, DpopOptions } from './dpop.ts';
export type { PopupOptions, SilentFrameOptions } from './popup.ts';
export type { KeyStore } from './keyStore.ts';
export type { SignIn } from './signIn.ts';
