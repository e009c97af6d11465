package auth

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// watched is a tokens file with alice and bob that is watched, in virtual time.
type watched struct {
	t          *testing.T
	file       string
	text       string // of the file, at first
	alice, bob string
	tokens     *Tokens
	mu         sync.Mutex
	reported   []error // by Watch
}

// watch runs a test with a watched file. The test begins between two reads.
func watch(t *testing.T, test func(t *testing.T, w *watched)) {
	t.Helper()
	file, made := makeTokens(t, "alice", "bob")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		tokens, err := OpenTokens(file)
		require.NoError(t, err)
		w := &watched{t: t, file: file, text: string(text), alice: made[0], bob: made[1], tokens: tokens}
		ctx, stop := context.WithCancel(t.Context())
		go tokens.Watch(ctx, func(err error) { w.report(err) })
		time.Sleep(watchInterval * 5 / 2) // virtual time, which synctest passes at once; so are those below
		synctest.Wait()
		require.Empty(t, w.changes())
		test(t, w)
		stop()
	})
}

func (w *watched) report(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reported = append(w.reported, err)
}

// changes returns the changes that Watch has reported.
func (w *watched) changes() []error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.reported)
}

// readings waits for n reads.
func (w *watched) readings(n int) {
	time.Sleep(time.Duration(n) * watchInterval) // virtual time
	synctest.Wait()
}

// write replaces the file by rename, as most editors do.
func (w *watched) write(text string) {
	w.t.Helper()
	next := filepath.Join(filepath.Dir(w.file), "next")
	require.NoError(w.t, os.WriteFile(next, []byte(text), 0o600))
	require.NoError(w.t, os.Rename(next, w.file))
}

// truncate replaces the file's content in place, as other editors do.
func (w *watched) truncate(text string) {
	w.t.Helper()
	require.NoError(w.t, os.WriteFile(w.file, []byte(text), 0o600))
}

func TestWatch(t *testing.T) {
	watch(t, func(t *testing.T, w *watched) {
		carol, err := NewToken(w.file, "carol")
		require.NoError(t, err)
		w.readings(2)
		admitted(t, w.tokens, carol)
		for _, save := range []func(string){w.write, w.truncate} {
			save(strings.SplitAfter(w.text, "\n")[1])
			w.readings(2)
			refused(t, w.tokens, w.alice, ErrUnauthenticated, "not a token of the tokens file")
			refused(t, w.tokens, carol, ErrUnauthenticated, "not a token of the tokens file")
			admitted(t, w.tokens, w.bob)
			save("# nobody\n")
			w.readings(2)
			refused(t, w.tokens, w.bob, ErrUnauthenticated, "not a token of the tokens file")
			save(w.text)
			w.readings(2)
			admitted(t, w.tokens, w.alice)
		}
		require.Len(t, w.changes(), 7)
		for _, err := range w.changes() {
			assert.NoError(t, err)
		}
		w.readings(100)
		assert.Len(t, w.changes(), 7, "nothing changed")
	})
}

// TestWatchComparesContent: a change of equal size and time in the same file is noticed.
func TestWatchComparesContent(t *testing.T) {
	watch(t, func(t *testing.T, w *watched) {
		before, err := os.Stat(w.file)
		require.NoError(t, err)
		w.truncate(strings.Replace(w.text, "alice", "#lice", 1))
		require.NoError(t, os.Chtimes(w.file, before.ModTime(), before.ModTime()))
		w.readings(2)
		refused(t, w.tokens, w.alice, ErrUnauthenticated, "not a token of the tokens file")
		admitted(t, w.tokens, w.bob)
	})
}

// TestHalfWrittenFile: a read of an incomplete file refuses nobody if the next read finds it complete. Otherwise
// callers are accepted again once it is.
func TestHalfWrittenFile(t *testing.T) {
	line := strings.SplitAfter(makeText(t), "\n")[0]
	for name, part := range map[string]int{
		"empty": 0, "in a name": 3, "in a hash": len(line) - 10, "at the end of a line": len(line),
		"in the next line": len(line) + 20,
	} {
		t.Run(name, func(t *testing.T) {
			watch(t, func(t *testing.T, w *watched) {
				w.truncate(w.text[:part])
				w.readings(1)
				admitted(t, w.tokens, w.alice)
				admitted(t, w.tokens, w.bob)
				require.NoError(t, appendTo(w.file, w.text[part:]))
				w.readings(3)
				admitted(t, w.tokens, w.bob)
				assert.Empty(t, w.changes())

				w.truncate(w.text[:part]) // and the writer pauses
				w.readings(2)
				_, err := check(t, w.tokens, w.bob)
				assert.Error(t, err)
				require.NoError(t, appendTo(w.file, w.text[part:]))
				w.readings(2)
				admitted(t, w.tokens, w.alice)
				admitted(t, w.tokens, w.bob)
				require.Len(t, w.changes(), 2)
				assert.NoError(t, w.changes()[1])
			})
		})
	}
}

func makeText(t *testing.T) string {
	t.Helper()
	file, _ := makeTokens(t, "alice", "bob")
	return string(must(os.ReadFile(file)))
}

// TestReloadHalfWrittenFile: Reload waits some milliseconds for the rest.
func TestReloadHalfWrittenFile(t *testing.T) {
	for _, part := range []int{0, 3, 70, 90} {
		watch(t, func(t *testing.T, w *watched) {
			w.truncate(w.text[:part])
			reloaded := make(chan error)
			go func() { reloaded <- w.tokens.Reload() }()
			synctest.Wait()             // the part was read
			time.Sleep(settleDelay / 2) // virtual time
			require.NoError(t, appendTo(w.file, w.text[part:]))
			require.NoError(t, <-reloaded)
			admitted(t, w.tokens, w.alice)
			admitted(t, w.tokens, w.bob)
		})
	}
}

// TestReloadNeverSettles: Reload ends even if the file keeps changing.
func TestReloadNeverSettles(t *testing.T) {
	watch(t, func(t *testing.T, w *watched) {
		ctx, stop := context.WithCancel(t.Context())
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			for ctx.Err() == nil {
				assert.NoError(t, appendTo(w.file, "#\n"))
				time.Sleep(settleDelay / 2) // virtual time
			}
		}()
		began := time.Now()
		require.NoError(t, w.tokens.Reload())
		assert.LessOrEqual(t, time.Since(began), maxSettleReads*settleDelay)
		admitted(t, w.tokens, w.bob)
		stop()
		<-stopped
	})
}

// TestWatchFailsClosed: without a signal, an unusable file revokes all tokens, and a repaired one restores them.
func TestWatchFailsClosed(t *testing.T) {
	for name, spoil := range spoiled {
		t.Run(name, func(t *testing.T) {
			watch(t, func(t *testing.T, w *watched) {
				require.NoError(t, spoil(w.file))
				w.readings(2)
				refused(t, w.tokens, w.alice, ErrUnavailable, "the tokens file cannot be used")
				require.Len(t, w.changes(), 1)
				require.ErrorContains(t, w.changes()[0], w.file)
				assert.Equal(t, w.changes()[0], w.tokens.Ready())
				w.readings(60)
				assert.Len(t, w.changes(), 1, "it is reported once")
				restore(t, w.file, w.text)
				w.readings(2)
				admitted(t, w.tokens, w.alice)
				assert.NoError(t, w.tokens.Ready())
			})
		})
	}
}

// TestWatchRecoversReload: after a failed Reload no further signal is needed.
func TestWatchRecoversReload(t *testing.T) {
	watch(t, func(t *testing.T, w *watched) {
		w.truncate(w.text + "carol sha256:")
		require.Error(t, w.tokens.Reload())
		refused(t, w.tokens, w.alice, ErrUnavailable, "cannot be used")
		w.truncate(w.text)
		w.readings(2)
		admitted(t, w.tokens, w.alice)
		assert.Equal(t, []error{nil}, w.changes())
	})
}

// TestWatchIgnoresLock: a user who can read the file can lock it, but cannot keep revoked tokens valid.
func TestWatchIgnoresLock(t *testing.T) {
	watch(t, func(t *testing.T, w *watched) {
		f, err := os.Open(w.file)
		require.NoError(t, err)
		defer func() { _ = f.Close() }()
		require.NoError(t, lock(f))
		w.truncate("")
		w.readings(2)
		refused(t, w.tokens, w.alice, ErrUnauthenticated, "not a token of the tokens file")
	})
}
