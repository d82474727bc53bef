// The verifier as one HTML file (`security.md` W7): the same desk, worker and words as `/verify`, from disk.
import '../app.css';
import { mount } from 'svelte';
import StandalonePage from './StandalonePage.svelte';

const target = document.getElementById('app');
if (target !== null) mount(StandalonePage, { target });
