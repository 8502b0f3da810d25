import '@fontsource-variable/source-sans-3/wght.css';
import 'maplibre-gl/dist/maplibre-gl.css';
import './style.css';
import { render } from 'preact';
import { Page } from './page.tsx';

render(<Page />, document.getElementById('page') as HTMLElement);
