// IDs that strangers may choose to trick whoever looks at them, and programs that read them.

/** Each is unique. Half a surrogate pair is not among them: the package refuses such an ID. */
export const hostileIds = [
  // markup and styles
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '"><svg onload=alert(1)>',
  "' onfocus='alert(1)' autofocus='",
  '<!--',
  ']]>',
  '&lt;b&gt;&amp;&#x202e;',
  '</bdi></div><h1>Signed out</h1>',
  '<style>*{display:none}</style>',
  '}*{display:none}/*',
  'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what a template would fill in
  '${alert(1)}',
  '{n} {query} {file}',
  '$& $1 $$',
  '__proto__',
  'constructor',
  // long, empty of meaning, and like a pattern
  'x'.repeat(10_000),
  '群'.repeat(500),
  '.*',
  '(a+)+$',
  '[a-z]\\d{2}|^$',
  '\\u0041\\x41\\n',
  // direction
  'a\u202Egnp.exe',
  '\u2066a\u2067b\u2068c\u2069',
  '\u200Ea\u200Fb\u061C',
  'שלום 123 שלום',
  'مرحبا (test)',
  // what is not seen
  ' ',
  ' a ',
  'a  b',
  'a\u00A0b',
  'a\u200Bb',
  'a\u200D\u200Cb',
  'a\u2060\uFEFFb',
  'a\u2800b',
  'a\u3164\u115F\u1160\uFFA0b',
  'a\u034Fb',
  'a\uFE0Fb',
  'a\u{E0061}\u{E007F}b',
  'a\u2028b\u2029c',
  '\u2003\u3000\u205F',
  // control characters
  '\u0000',
  'a\tb',
  'a\nb',
  'a\r\nb',
  'a\u001B[31mred\u001B]0;title\u0007',
  'a\u0085b\u009Bc\u007F',
  // signs that go together
  `a${'\u0301\u0327\u0338'.repeat(60)}`,
  '👩‍👩‍👧‍👦🏳️‍🌈',
  // paths and formulas
  '../../etc/passwd',
  'CON.txt:stream',
  '=HYPERLINK("http://x","a")',
  '+1-1',
  '@SUM(1)',
  // characters that no font has
  'a\uE000b',
  'a\u{10FFFF}',
];
