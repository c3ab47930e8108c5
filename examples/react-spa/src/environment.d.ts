interface ImportMetaEnv {
  /** The URL of the API, set by `application.ts`. */
  readonly VITE_API_URL: string;
}
