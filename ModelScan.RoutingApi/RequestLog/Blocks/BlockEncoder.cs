using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.RequestLog.Blocks;

/// <summary>
/// Writes records as a block, one after the other: of a record nothing is kept but its bytes. Not thread-safe; its memory is kept for the next block.
/// <code>
/// index:  version, count, table of texts, 16 bytes of id each, 16 bytes of trace each, number of columns, columns
/// column: length, then 0 and the value that all records have, or 1 and each record's value
/// detail: version, length of each record, records
/// </code>
/// Numbers are written as LEB128, texts as length and UTF-8.
/// </summary>
/// <param name="redact">Takes secrets out of a text. Nothing is written that it has not seen.</param>
/// <param name="isClean">Whether it has seen a text and found none, for <see cref="TryAddAtOnce"/>.</param>
internal sealed class BlockEncoder(Func<string, string> redact, Func<string, bool>? isClean = null) : IDisposable
{
    private readonly TextTable _texts = new(redact, isClean);
    private readonly ByteSink _index = new();
    private readonly ByteSink _ids = new();
    private readonly ByteSink _traces = new();
    private readonly ByteSink _column = new();
    private readonly ByteSink _lengths = new();
    private readonly ByteSink _detail = new();
    private readonly ByteSink _rows = new();
    private readonly (string? Text, int Number)[] _lastTexts = new (string?, int)[Columns.Count];
    private readonly long[][] _values = [.. Enumerable.Range(0, Columns.Count).Select(_ => new long[RecordBlock.MaxRecords])];
    private RequestId _first;
    private RequestId _last;

    /// <summary>How many records the block has so far, <see cref="RecordBlock.MaxRecords"/> at most.</summary>
    public int Count { get; private set; }

    /// <summary>Writes a block of at least one record and at most <see cref="RecordBlock.MaxRecords"/>; its memory is its own.</summary>
    public RecordBlock Encode(ReadOnlySpan<RequestRecord> records)
    {
        Clear();
        foreach (var record in records)
            Add(record);
        var block = Finish();
        Clear();
        return block with { Index = block.Index.ToArray(), Detail = block.Detail.ToArray() };
    }

    /// <summary>Adds a record to the block.</summary>
    public void Add(RequestRecord record)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Count, RecordBlock.MaxRecords);
        if (Count == 0)
            (_first, _last) = (record.Id, record.Id);

        _first = record.Id < _first ? record.Id : _first;
        _last = record.Id > _last ? record.Id : _last;
        AddNames(record);
        Split(record, Count);
        var before = _rows.Length;
        DetailCodec.Write(_rows, record, _texts);
        _lengths.WriteNumber(_rows.Length - before);
        Count++;
    }

    /// <summary>Adds a record if none of its texts has to be redacted first, which may take a while.</summary>
    /// <returns>Whether it has been added; if not, nothing has changed.</returns>
    public bool TryAddAtOnce(RequestRecord record)
    {
        var before = (Ids: _ids.Length, Traces: _traces.Length, Lengths: _lengths.Length, Rows: _rows.Length, First: _first, Last: _last, Count);
        var isAdded = false;
        _texts.TakeKnownOnly();
        try
        {
            Add(record);
            isAdded = true;
        }
        finally
        {
            isAdded &= _texts.TakeAll();
            if (!isAdded)
            {
                _ids.Truncate(before.Ids);
                _traces.Truncate(before.Traces);
                _lengths.Truncate(before.Lengths);
                _rows.Truncate(before.Rows);
                (_first, _last, Count) = (before.First, before.Last, before.Count);
                Array.Clear(_lastTexts);
            }
        }

        return isAdded;
    }

    /// <summary>
    /// The block of the records that were added, one at least; more may be added to it afterwards. Its bytes are this encoder's memory, which
    /// holds them until the next record is added or all are forgotten: a full block is two pieces of up to 200 KB, and new ones each time would
    /// be collected with all that is old.
    /// </summary>
    public RecordBlock Finish()
    {
        ArgumentOutOfRangeException.ThrowIfZero(Count);
        WriteIndex();
        _detail.Clear();
        _detail.WriteByte(RecordBlock.Version);
        _detail.Write(_lengths.Written);
        _detail.Write(_rows.Written);
        return new RecordBlock(_first, _last, Count, _index.WrittenMemory, _detail.WrittenMemory);
    }

    /// <summary>Forgets what was added.</summary>
    public void Clear()
    {
        Count = 0;
        Array.Clear(_lastTexts);
        _texts.Clear();
        _ids.Clear();
        _traces.Clear();
        _lengths.Clear();
        _rows.Clear();
    }

    public void Dispose()
    {
        _index.Dispose();
        _ids.Dispose();
        _traces.Dispose();
        _column.Dispose();
        _lengths.Dispose();
        _detail.Dispose();
        _rows.Dispose();
    }

    private void AddNames(RequestRecord record)
    {
        Span<byte> id = stackalloc byte[RequestId.Size];
        record.Id.WriteTo(id);
        _ids.Write(id);

        // A trace that is the request's own id need not be written twice; nor can one be written that is none.
        if (record.TraceId is not { Length: 32 } trace || Convert.FromHexString(trace, id, out _, out _) != System.Buffers.OperationStatus.Done)
            id.Clear();
        _traces.Write(id);
    }

    private void WriteIndex()
    {
        _index.Clear();
        _index.WriteByte(RecordBlock.Version);
        _index.WriteNumber(Count);
        _index.WriteNumber(_texts.Texts.Count);
        foreach (var text in _texts.Texts)
            _index.WriteText(text);
        _index.Write(_ids.Written);
        _index.Write(_traces.Written);
        _index.WriteNumber(Columns.Count);
        foreach (var values in _values)
            WriteColumn(values.AsSpan(0, Count));
    }

    private void WriteColumn(ReadOnlySpan<long> values)
    {
        _column.Clear();
        if (values.IndexOfAnyExcept(values[0]) < 0)
        {
            _column.WriteByte(0);
            _column.WriteNumber(values[0]);
        }
        else
        {
            _column.WriteByte(1);
            foreach (var value in values)
                _column.WriteNumber(value);
        }

        _index.WriteNumber(_column.Length);
        _index.Write(_column.Written);
    }

    private void Split(RequestRecord record, int row)
    {
        Text(Column.Operation, record.Operation);
        Text(Column.Format, record.Format);
        Text(Column.UserAgent, record.UserAgent);
        Text(Column.Key, record.Key);
        Text(Column.Session, record.Session);
        Text(Column.SessionReason, record.SessionReason);
        Text(Column.RequestModel, record.RequestModel);
        Text(Column.Model, record.Model);
        Text(Column.ResponseModel, record.ResponseModel);
        Text(Column.Provider, record.Provider);
        Text(Column.Mode, record.Mode);
        Text(Column.ConfigHash, record.ConfigHash);
        Text(Column.Route, record.Route);
        Text(Column.DecidedBy, record.DecidedBy);
        Text(Column.Why, record.Why);
        Text(Column.ErrorType, record.ErrorType);
        Text(Column.Tags, record.Tags.Count == 0 ? null : record.Tags.Count == 1 ? record.Tags[0] : string.Join(Columns.TagSeparator, record.Tags));
        Number(Column.State, (long)record.State);
        Number(Column.Status, Math.Max(0, record.Status));
        Number(Column.Flags, (long)FlagsOf(record));
        Number(Column.DurationMicroseconds, Columns.Of(record.Duration));
        Number(Column.FirstByteMicroseconds, Columns.OfOptional(record.TimeToFirstByte));
        Number(Column.GatewayMicroseconds, Columns.OfOptional(record.GatewayTime));
        Number(Column.Attempts, record.AttemptCount);
        var usage = record.Usage.GetValueOrDefault();
        Number(Column.InputTokens, usage.Input);
        Number(Column.CacheReadTokens, usage.CacheRead);
        Number(Column.CacheWriteTokens, usage.CacheWrite);
        Number(Column.OutputTokens, usage.Output);
        Number(Column.ReasoningTokens, usage.Reasoning);
        Number(Column.CostState, (long)record.Cost.State);
        Number(Column.CostPico, Columns.OfUsd(record.Cost.Total));
        Number(Column.RequestedPico, record.Cost.Requested is { } requested ? Columns.OfUsd(requested) + 1 : 0);
        Number(Column.Confidence, Columns.OfProbability(record.Confidence));
        Number(Column.Turn, record.Turn is { } turn ? turn + 1 : 0);

        // Most columns have the text of the record before.
        void Text(Column column, string? text)
        {
            ref var last = ref _lastTexts[(int)column];
            if (!ReferenceEquals(last.Text, text))
                last = (text, _texts.NumberOf(text));
            _values[(int)column][row] = last.Number;
        }

        void Number(Column column, long value) => _values[(int)column][row] = value;
    }

    private static RecordFlags FlagsOf(RequestRecord record) =>
        (record.Stream ? RecordFlags.Stream : RecordFlags.None)
        | (record.SessionIsExplicit ? RecordFlags.SessionIsExplicit : RecordFlags.None)
        | (record.Pinned ? RecordFlags.Pinned : RecordFlags.None)
        | (record.Switched ? RecordFlags.Switched : RecordFlags.None)
        | (record.Fallback is null ? RecordFlags.None : RecordFlags.FellBack)
        | (record.IsEstimated ? RecordFlags.IsEstimated : RecordFlags.None)
        | (record.Usage is null ? RecordFlags.None : RecordFlags.HasUsage)
        | (record.HasBody ? RecordFlags.HasBody : RecordFlags.None)
        | (record.HasInput ? RecordFlags.HasInput : RecordFlags.None);
}
