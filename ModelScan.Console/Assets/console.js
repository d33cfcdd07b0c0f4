// What a page needs beside its HTML: times of the reader's own zone, the keyboard, the live tail, suggestions, forms that answer in place.
// Every view works without it.
'use strict';
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Times

  const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const short = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
  const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });

  function localTimes(within) {
    const today = new Date().toDateString();
    for (const element of $$('time[datetime]', within)) {
      const at = new Date(element.dateTime);
      const format = element.dataset.as;
      const time = (format === 'short' ? short : clock).format(at);
      element.textContent = format === 'full' ? full.format(at) : at.toDateString() === today ? time : `${day.format(at)} ${time}`;
    }
  }

  // Light and dark: the server writes the choice into the page, so that nothing flashes.

  $('#theme')?.addEventListener('click', () => {
    const root = document.documentElement;
    const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = isDark ? 'light' : 'dark';
    document.cookie = `modelscan-theme=${root.dataset.theme}; path=/console; max-age=31536000; samesite=strict`;
  });

  // News for those who do not see the page, at most every five seconds.

  const news = $('#news');
  let said = 0, unsaid = null;
  function say(text) {
    clearTimeout(unsaid);
    const wait = Math.max(0, said + 5000 - Date.now());
    unsaid = setTimeout(() => { said = Date.now(); news.textContent = text; }, wait);
  }

  // Rows: one has the keyboard's cursor; a click anywhere in one opens it.

  const table = $('#rows');
  const body = table?.tBodies[0];
  const rows = () => body ? $$('tr[data-id]', body) : [];
  const cursor = () => body && $('tr.cursor', body);
  const place = 'modelscan-cursor';

  function select(row, focus = true) {
    if (!row) return;
    cursor()?.classList.remove('cursor');
    row.classList.add('cursor');
    row.scrollIntoView({ block: 'nearest' });
    sessionStorage.setItem(place, row.dataset.id);
    if (focus) $('a', row)?.focus({ preventScroll: true });
  }

  function move(step) {
    const all = rows();
    const at = all.indexOf(cursor());
    select(all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))]);
  }

  document.addEventListener('click', event => {
    const row = event.target.closest('tr[data-id]');
    if (!row || event.target.closest('a, button, summary') || getSelection().toString()) return;
    select(row, false);
    const link = $('a', row);
    if (event.ctrlKey || event.metaKey) window.open(link.href, '_blank', 'noopener'); else link.click();
  });

  for (const button of $$('[data-sorts]')) {
    button.addEventListener('click', () => {
      const head = button.closest('th');
      const order = head.getAttribute('aria-sort') === 'descending' ? 'ascending' : 'descending';
      for (const other of $$('th[aria-sort]')) other.setAttribute('aria-sort', 'none');
      head.setAttribute('aria-sort', order);
      const value = row => Number($(`.${button.dataset.sorts}`, row).dataset.sort);
      body.append(...rows().sort((a, b) => order === 'descending' ? value(b) - value(a) : value(a) - value(b)));
      stopTail();
    });
  }

  // Columns and room, as the reader wants them: the server writes the choice into the page.

  for (const box of $$('[data-column]')) {
    box.addEventListener('change', () => {
      table.classList.toggle(`no-${box.dataset.column}`, !box.checked);
      const hidden = $$('[data-column]:not(:checked)').map(other => other.dataset.column).join('.');
      document.cookie = `modelscan-view=${hidden}; path=/console; max-age=31536000; samesite=strict`;
    });
  }

  // A stretch of time is chosen in the reader's own zone, and asked for in UTC.

  const span = $('#span');
  if (span) {
    $('[data-zone]', span).textContent = `In ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`;
    span.addEventListener('submit', event => {
      event.preventDefault();
      const fields = new URLSearchParams(new FormData(span));
      for (const name of ['from', 'to']) {
        if (fields.get(name)) fields.set(name, new Date(fields.get(name)).toISOString());
      }
      location.href = `${span.action}?${fields}`;
    });
  }

  // The tail: rows come as HTML. Under a pointer or the keyboard nothing moves: what is new waits, and says so.

  const most = 200, perSecond = 10;
  const live = $('#live');
  const newer = $('#newer');
  let source = null, waiting = [], missed = 0, shown = [];

  const isHeld = () => body.matches(':hover, :focus-within') || scrollY > 120 || document.hidden;

  function insert(html) {
    const holder = document.createElement('tbody');
    holder.innerHTML = html;
    const row = holder.rows[0];
    localTimes(row);
    row.classList.add('new');
    prepend(row);
  }

  function prepend(row) {
    if (body.rows.length >= most) body.lastElementChild.remove();
    body.prepend(row);
  }

  function insertGap(count) {
    const row = document.createElement('tr');
    row.className = 'gap';
    const cell = row.insertCell();
    cell.colSpan = 9;
    cell.textContent = `${count.toLocaleString('en')} more came faster than they are shown`;
    prepend(row);
  }

  function show() {
    if (table.hidden) {
      table.hidden = false;
      $('.empty')?.remove();
    }
    const count = waiting.length;
    for (const html of waiting) insert(html);
    waiting = [];
    if (missed) insertGap(missed);
    missed = 0;
    newer.hidden = true;
    if (count) say(`${count} new ${count === 1 ? 'request' : 'requests'}`);
  }

  function arrived(html) {
    waiting.push(html);
    if (waiting.length > most) { waiting.shift(); missed++; }
    const now = performance.now();
    shown = shown.filter(at => now - at < 1000);
    if ((table.hidden || !isHeld()) && shown.length < perSecond) {
      shown.push(now);
      show();
      return;
    }
    newer.hidden = false;
    newer.textContent = `${waiting.length}${missed ? '+' : ''} newer, show`;
    say(newer.textContent);
  }

  function startTail() {
    if (!live || source) return;
    source = new EventSource(live.dataset.tail);
    source.addEventListener('request', event => arrived(JSON.parse(event.data)));
    source.addEventListener('gap', event => { missed += JSON.parse(event.data).missed; });
    source.addEventListener('open', () => { live.dataset.open = 'true'; });
    source.addEventListener('problem', event => { stopTail(); say(JSON.parse(event.data)); });
    live.setAttribute('aria-pressed', 'true');
  }

  function stopTail() {
    source?.close();
    source = null;
    live?.setAttribute('aria-pressed', 'false');
    live?.removeAttribute('data-open');
  }

  live?.addEventListener('click', () => source ? stopTail() : startTail());
  newer?.addEventListener('click', () => { scrollTo(0, 0); show(); });

  // What waits because the page was left or scrolled comes when that is over.
  setInterval(() => { if (waiting.length && !isHeld() && source) show(); }, 1000);

  // Suggestions for the filter: keys, then what there is of one.

  const filter = $('#q');
  const list = $('#suggestions');
  if (filter) {
    const values = new Map();
    let chosen = -1, asked = 0;
    const word = () => /(\S*)$/.exec(filter.value.slice(0, filter.selectionStart))[1];

    const fetchValues = async key => {
      if (!values.has(key)) {
        const answer = await fetch(`/console/suggest?key=${encodeURIComponent(key)}&since=all`);
        values.set(key, answer.ok ? await answer.json() : []);
      }
      return values.get(key);
    };

    const close = () => { list.hidden = true; chosen = -1; filter.setAttribute('aria-expanded', 'false'); filter.removeAttribute('aria-activedescendant'); };

    const suggest = async () => {
      const turn = ++asked;
      const typed = word().replace(/^-/, '');
      const colon = typed.indexOf(':');
      const last = typed.slice(typed.lastIndexOf(',') + 1);
      let found;
      if (colon < 0) {
        found = typed ? filter.dataset.keys.split(' ').filter(key => key.startsWith(typed.toLowerCase())).map(key => [`${key}:`, '']) : [];
      } else {
        const part = typed.includes(',') ? last : typed.slice(colon + 1);
        const all = await fetchValues(typed.slice(0, colon));
        found = all.filter(([value]) => value.toLowerCase().includes(part.toLowerCase()) && value !== part).map(([value, count]) => [value, count.toLocaleString('en')]);
      }
      if (turn !== asked) return;
      list.replaceChildren(...found.slice(0, 12).map(([value, count], i) => {
        const item = document.createElement('li');
        item.id = `suggestion-${i}`;
        item.role = 'option';
        item.dataset.value = value;
        item.setAttribute('aria-selected', 'false');
        item.textContent = value;
        if (count) item.append(Object.assign(document.createElement('small'), { textContent: count }));
        return item;
      }));
      chosen = -1;
      list.hidden = !found.length;
      filter.setAttribute('aria-expanded', String(found.length > 0));
    };

    const take = item => {
      const end = filter.selectionStart;
      const typed = word();
      const from = Math.max(typed.lastIndexOf(',') + 1, typed.indexOf(':') + 1, typed.startsWith('-') ? 1 : 0);
      const value = item.dataset.value;
      const blank = value.endsWith(':') ? '' : ' ';
      filter.setRangeText(value + blank, end - typed.length + from, end, 'end');
      close();
      if (!blank) suggest();
      filter.focus();
    };

    const choose = at => {
      const items = $$('li', list);
      if (!items.length) return;
      chosen = (at + items.length) % items.length;
      items.forEach((item, i) => item.setAttribute('aria-selected', String(i === chosen)));
      items[chosen].scrollIntoView({ block: 'nearest' });
      filter.setAttribute('aria-activedescendant', items[chosen].id);
    };

    filter.addEventListener('input', suggest);
    filter.addEventListener('blur', () => setTimeout(close, 150));
    list.addEventListener('mousedown', event => { event.preventDefault(); const item = event.target.closest('li'); if (item) take(item); });
    filter.addEventListener('keydown', event => {
      if (event.key === 'Escape') { if (list.hidden) filter.blur(); else close(); event.stopPropagation(); return; }
      if (list.hidden) return;
      if (event.key === 'ArrowDown') choose(chosen + 1);
      else if (event.key === 'ArrowUp') choose(chosen - 1);
      else if ((event.key === 'Enter' || event.key === 'Tab') && chosen >= 0) take($$('li', list)[chosen]);
      else return;
      event.preventDefault();
    });
  }

  // Forms that answer in place: data-into names where the answer goes.

  document.addEventListener('submit', async event => {
    const form = event.target;
    const into = form.dataset?.into && $(form.dataset.into);
    if (!into || event.submitter?.hasAttribute('data-whole')) return;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    const button = event.submitter;
    if (button) button.disabled = true;
    into.setAttribute('aria-busy', 'true');
    if (!into.childElementCount) into.innerHTML = '<p class="busy">One moment…</p>';
    try {
      const answer = await fetch(button?.hasAttribute('formaction') ? button.formAction : form.action, { method: 'POST', headers: { 'x-console-part': into.id }, body: fields });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const part = page.getElementById(into.id) ?? page.getElementById('main');
      into.replaceChildren(...part.childNodes);
      localTimes(into);
      if (into.dataset.url) history.replaceState(null, '', into.dataset.url);
    } catch (error) {
      into.innerHTML = '<p class="problem" role="alert"></p>';
      into.firstChild.textContent = `The gateway does not answer: ${error.message}`;
    } finally {
      into.removeAttribute('aria-busy');
      if (button) button.disabled = false;
      into.dispatchEvent(new CustomEvent('answered', { bubbles: true }));
    }
  });

  // Answers of several models side by side: each is asked for on its own, and shown as it comes.

  async function streamAnswer(element) {
    const form = $('#try');
    const fields = new URLSearchParams(new FormData(form));
    fields.set('model', element.dataset.model);
    const text = $('[data-text]', element), facts = $('[data-facts]', element);
    text.textContent = '';
    try {
      const answer = await fetch('/console/try/answer', { method: 'POST', body: fields });
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        rest += value;
        let end;
        while ((end = rest.indexOf('\n\n')) >= 0) {
          const [, name, data] = /^event: (\w+)\ndata: (.*)$/s.exec(rest.slice(0, end)) ?? [];
          rest = rest.slice(end + 2);
          if (name === 'text') text.append(JSON.parse(data));
          else if (name === 'facts') facts.innerHTML = JSON.parse(data);
          else if (name === 'problem') { text.className = 'problem'; text.textContent = JSON.parse(data); }
        }
      }
    } catch (error) {
      text.className = 'problem';
      text.textContent = `The gateway does not answer: ${error.message}`;
    }
    element.removeAttribute('aria-busy');
  }

  document.addEventListener('answered', () => { for (const element of $$('[data-model][aria-busy]')) streamAnswer(element); });

  // A draft: out of a file, and to the line that an error is about.

  document.addEventListener('change', async event => {
    const into = event.target.dataset?.fills && $(event.target.dataset.fills);
    if (into && event.target.files[0]) into.value = await event.target.files[0].text();
  });

  document.addEventListener('click', event => {
    const button = event.target.closest('[data-line]');
    if (!button) return;
    const draft = $('#draft');
    const lines = draft.value.split('\n');
    const line = Number(button.dataset.line);
    const from = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
    draft.focus();
    draft.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
    draft.scrollTop = (line - 4) * parseFloat(getComputedStyle(draft).lineHeight);
    draft.scrollIntoView({ block: 'nearest' });
  });

  // Copying

  document.addEventListener('click', async event => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    const text = button.dataset.copy || $('pre', button.parentElement).textContent;
    try { await navigator.clipboard.writeText(text); button.textContent = 'Copied'; } catch { button.textContent = 'Press Ctrl+C'; getSelection().selectAllChildren($('pre', button.parentElement)); }
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });

  // Keyboard

  const help = $('#help');
  $('#help-open')?.addEventListener('click', () => help.showModal());
  const views = { r: 'requests', o: 'overview', s: 'sessions', m: 'models', w: 'whatif', t: 'try', k: 'keys' };
  let wentTo = 0;
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || help?.open) return;
    const isTyping = event.target.matches('input, textarea, select');
    if (isTyping) return;
    if (Date.now() - wentTo < 1200 && views[event.key]) {
      location.href = `/console/${views[event.key]}`;
      return;
    }
    wentTo = 0;
    switch (event.key) {
      case 'j': move(1); break;
      case 'k': move(-1); break;
      case 'Enter': if (!cursor() || event.target.closest('a, button, summary')) return; $('a', cursor()).click(); break;
      case '/': if (!filter) return; filter.focus(); filter.select(); break;
      case '?': help?.showModal(); break;
      case 'l': live?.click(); break;
      case 'n': if (newer && !newer.hidden) newer.click(); break;
      case 'g': wentTo = Date.now(); break;
      case 'Escape': { const back = $('[data-back]'); if (!back) return; if (document.referrer.startsWith(`${location.origin}/console/`)) history.back(); else location.href = back.href; break; }
      default: return;
    }
    event.preventDefault();
  });

  localTimes(document);

  // Where views stand in a row that is longer than the window, this one is to be seen.
  const here = $('body > nav a[aria-current]');
  if (here) here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;

  const before = sessionStorage.getItem(place);
  if (body && before) {
    const row = rows().find(row => row.dataset.id === before);
    if (row && performance.getEntriesByType('navigation')[0]?.type === 'back_forward') select(row);
  }
  if (live?.getAttribute('aria-pressed') === 'true') startTail();
  addEventListener('pagehide', () => source?.close());

  // A page that nobody looks at lets go of its connection, of which a browser has few, and is fresh when it is looked at again.
  let hidden = null, wasLive = false;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = setTimeout(() => { wasLive = source !== null; stopTail(); }, 60000);
    else if (wasLive) location.reload();
  });
})();
