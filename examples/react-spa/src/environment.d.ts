interface ImportMetaEnv {
  /** The URL of the API, set by `application.ts`. */
  readonly VITE_API_URL: string;
  /** The identity provider, or empty without one. */
  readonly VITE_ISSUER: string;
  /** The URL of the API that accepts the provider's tokens. */
  readonly VITE_PROVIDER_API_URL: string;
}
