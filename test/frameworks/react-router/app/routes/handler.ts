import type { ActionFunctionArgs, LoaderFunctionArgs } from 'react-router';
import { handle } from '../sessions.server';

export const loader = ({ request }: LoaderFunctionArgs) => handle(request);
export const action = ({ request }: ActionFunctionArgs) => handle(request);
