interface ImportMetaEnv {
  /** Where the API is: `application.ts` says so. */
  readonly VITE_API_URL: string;
}
