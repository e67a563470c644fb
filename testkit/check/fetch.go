package check

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

// pageSize is how many entries or rows are asked for at once.
const pageSize = 1000

// Entry is a line of the ledger.
type Entry struct {
	Epoch     string `json:"epoch"`
	Seq       int64  `json:"seq"`
	At        int64  `json:"at"` // Unix ms
	Type      string `json:"type"`
	Entrant   string `json:"entrant"`
	Player    string `json:"player"`
	Name      string `json:"name"`
	Challenge string `json:"challenge"`
	Badge     string `json:"badge"`
	Hint      string `json:"hint"`
	Points    int64  `json:"points"`
	Bonus     int64  `json:"bonus"`
	Total     int64  `json:"total"`
	Tie       int64  `json:"tie"` // after an entry that may move it
	ID        string `json:"id"`
	By        string `json:"by"`
	Reason    string `json:"reason"`
	Text      string `json:"text"`
	Phase     string `json:"phase"`
	Rev       int64  `json:"rev"`
}

// Row is a line of the board.
type Row struct {
	Rank    int64  `json:"rank"`
	Entrant string `json:"entrant"`
	Name    string `json:"name"`
	Points  int64  `json:"points"`
	Solved  int64  `json:"solved"`
	Badges  int64  `json:"badges"`
}

// Board is a whole board.
type Board struct {
	Hunt     string `json:"hunt"`
	Seq      int64  `json:"seq"`
	At       int64  `json:"at"`
	Frozen   bool   `json:"frozen"`
	Entrants int64  `json:"entrants"`
	Rows     []Row  `json:"rows"`
}

// Server is where to read from.
type Server struct {
	URL       string // http://host:port
	Organizer string // token
	Client    *http.Client
}

// Ledger reads the whole ledger of a hunt.
func (s *Server) Ledger(ctx context.Context, hunt string) ([]Entry, error) {
	var all []Entry
	for {
		had := len(all)
		query := url.Values{"after": {strconv.Itoa(had)}, "limit": {strconv.Itoa(pageSize)}}
		if err := s.entries(ctx, hunt, query, func(e *Entry) { all = append(all, *e) }); err != nil {
			return nil, fmt.Errorf("ledger of %s after %d: %w", hunt, had, err)
		}
		if len(all) == had {
			return all, nil
		}
	}
}

// Stream reads the whole ledger of a hunt in one answer, and yields each entry
// as it arrives. The entry is valid until yield returns.
func (s *Server) Stream(ctx context.Context, hunt string, yield func(*Entry)) error {
	if err := s.entries(ctx, hunt, nil, yield); err != nil {
		return fmt.Errorf("ledger of %s: %w", hunt, err)
	}
	return nil
}

func (s *Server) entries(ctx context.Context, hunt string, query url.Values, yield func(*Entry)) error {
	body, err := s.get(ctx, "/api/v1/hunts/"+url.PathEscape(hunt)+"/ledger?"+query.Encode())
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }() // has been read
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<20)
	var e Entry
	for lines.Scan() {
		e = Entry{}
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return fmt.Errorf("line %.200q: %w", lines.Text(), err)
		}
		yield(&e)
	}
	return lines.Err()
}

// Board reads the whole board of a hunt. While claims are decided its pages
// may belong to different moments.
func (s *Server) Board(ctx context.Context, hunt string) (*Board, error) {
	var board *Board
	for {
		have := 0
		if board != nil {
			have = len(board.Rows)
		}
		query := url.Values{"offset": {strconv.Itoa(have)}, "limit": {strconv.Itoa(pageSize)}}
		body, err := s.get(ctx, "/api/v1/hunts/"+url.PathEscape(hunt)+"/board?"+query.Encode())
		if err != nil {
			return nil, fmt.Errorf("board of %s: %w", hunt, err)
		}
		var page Board
		err = json.NewDecoder(body).Decode(&page)
		_ = body.Close() // has been read
		if err != nil {
			return nil, fmt.Errorf("board of %s: %w", hunt, err)
		}
		if board == nil {
			board = &page
		} else {
			board.Rows = append(board.Rows, page.Rows...)
		}
		if len(page.Rows) == 0 || int64(len(board.Rows)) >= page.Entrants {
			return board, nil
		}
	}
}

func (s *Server) get(ctx context.Context, path string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	if s.Organizer != "" {
		req.Header.Set("Authorization", "Bearer "+s.Organizer)
	}
	client := s.Client
	if client == nil {
		client = http.DefaultClient
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<12)) // only for the message
		_ = resp.Body.Close()
		return nil, fmt.Errorf("GET %s: %s: %s", path, resp.Status, text)
	}
	return resp.Body, nil
}
