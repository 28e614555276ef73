// What each function of the library does with its arguments, as Go 1.27's compiler found it in Go's
// library: functions by what they have in common, one tag a parameter and the receiver first.
//
// `h`, `m`, `c`: to heap, mutator, callee, with that many dereferences; `r01`: to result 0 with
// one; `-`: nowhere. Functions without pointers among their parameters are not here.

extension LibraryTags {
  static let table = """
    -: strings.Builder.Len strconv.Atoi strconv.Itoa strconv.FormatBool strconv.ParseBool
    -: strconv.Quote sort.IntsAreSorted sort.StringsAreSorted bytes.ToUpper bytes.Reader.Len
    -: bytes.Buffer.Len bytes.Buffer.String os.Exit runtime.TypeAssertionError.Error
    -: runtime.GOMAXPROCS runtime.KeepAlive runtime.Caller time.Duration.Nanoseconds
    -: time.Duration.Microseconds time.Duration.Milliseconds time.Duration.Seconds
    -: time.Duration.String time.Time.UnixNano time.Time.Unix time.Time.IsZero time.Sleep
    -: time.After time.Tick
    - -: strings.EqualFold strings.HasPrefix strings.HasSuffix strings.LastIndex
    - -: strconv.FormatInt strconv.FormatUint strconv.ParseFloat sort.Search sort.SearchInts
    - -: sort.SearchStrings bytes.Equal bytes.HasPrefix bytes.HasSuffix bytes.Repeat
    - -: time.Time.Before time.Time.After
    - - -: strconv.ParseInt strconv.ParseUint
    - - - -: strconv.FormatFloat
    - h1: fmt.Printf fmt.Sprintf
    - m0: time.Time.Sub
    - r00: strings.Map
    h0: strings.Fields sort.Sort sort.Stable sort.IsSorted bytes.NewReader errors.New
    h0: errors.Unwrap os.Getenv sync.Mutex.Lock sync.Mutex.Unlock sync.RWMutex.Lock
    h0: sync.RWMutex.Unlock sync.RWMutex.RLock sync.RWMutex.RUnlock sync.WaitGroup.Done
    h0: sync.WaitGroup.Wait
    h0 -: sort.Slice sort.SliceStable sync.WaitGroup.Add sync.Once.Do
    h0 - h1: fmt.Fprintf
    h0 h0: errors.Is errors.As runtime.SetFinalizer sync.WaitGroup.Go
    h0 h1: fmt.Fprint fmt.Fprintln fmt.Errorf
    h0 m0c0: strings.Split
    h0 m0c0 -: strings.SplitN
    h1: strconv.NumError.Error errors.Join fmt.Print fmt.Println fmt.Sprint fmt.Sprintln
    h1 m0: os.File.Write os.File.WriteString
    h1m0 -: strings.Builder.Write strings.Builder.WriteByte strings.Builder.WriteRune
    h1m0 -: strings.Builder.WriteString bytes.Buffer.WriteRune
    m0: strings.Builder.Reset sort.Ints sort.Strings sort.Float64s bytes.Buffer.Reset time.Since
    m0 -: strings.Builder.Grow bytes.Buffer.Write bytes.Buffer.WriteByte
    m0 -: bytes.Buffer.WriteString
    m0 m0: bytes.Reader.Read
    m0c0: runtime.ReadMemStats sync.Mutex.TryLock atomic.LoadInt32 atomic.LoadInt64
    m0c0: atomic.LoadUint32 atomic.LoadUint64 atomic.Int32.Load atomic.Int64.Load
    m0c0 -: strings.ContainsRune strings.IndexByte strings.IndexRune bytes.IndexByte
    m0c0 -: atomic.AddInt32 atomic.AddInt64 atomic.AddUint32 atomic.AddUint64 atomic.StoreInt32
    m0c0 -: atomic.StoreInt64 atomic.StoreUint32 atomic.StoreUint64 atomic.Int32.Store
    m0c0 -: atomic.Int32.Add atomic.Int64.Store atomic.Int64.Add
    m0c0 - -: atomic.CompareAndSwapInt32 atomic.CompareAndSwapInt64 atomic.CompareAndSwapUint32
    m0c0 - -: atomic.CompareAndSwapUint64 atomic.Int32.CompareAndSwap
    m0c0 - -: atomic.Int64.CompareAndSwap
    m0c0 m0c0: strings.Contains strings.Count strings.Index bytes.Compare bytes.Contains
    m0c0 m0c0: bytes.Index
    r00: strings.Title strings.ToLower strings.ToUpper strings.TrimSpace bytes.TrimSpace
    r00 -: strings.Repeat strings.TrimPrefix strings.TrimSuffix
    r00 m0c0: strings.Trim strings.TrimLeft strings.TrimRight
    r00m0 -: time.Time.Add
    r00m0c0: strconv.Unquote
    r00m0c0 m0c0 -: strings.ReplaceAll
    r00m0c0 m0c0 - -: strings.Replace
    r01: strings.Builder.String strconv.NumError.Unwrap bytes.Buffer.Bytes
    r01 -: strings.Join
    """
}
