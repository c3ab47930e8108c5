import { join } from 'node:path';
import { build } from 'vite';

/** Bundles a consumer's program into one script, for platforms without `node_modules`. */
export async function bundle(
  folder: string,
  program: string,
  format: 'es' | 'iife',
  baseUrl: string,
): Promise<string> {
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    define: { BASE_URL: JSON.stringify(baseUrl) },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry: join(folder, program), formats: [format], name: 'program', fileName: 'program' },
    },
  });
  const [output] = [built].flat();
  if (output === undefined || !('output' in output)) throw new Error('The bundler has written nothing');
  return output.output[0].code;
}
