using System.Runtime.CompilerServices;
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
    private readonly ColumnValues _values = new();
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
        _values.Clear();
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
        for (var column = 0; column < Columns.Count; column++)
        {
            _column.Clear();
            _values.Write(_column, column, Count);
            _index.WriteNumber(_column.Length);
            _index.Write(_column.Written);
        }
    }

    // Run once a request, between thousands of other things, so most of its time is the fetching of its instructions: hence the few.
    private void Split(RequestRecord record, int row)
    {
        Span<long> values = stackalloc long[Columns.Count];
        values[(int)Column.Operation] = Text(Column.Operation, record.Operation);
        values[(int)Column.Format] = Text(Column.Format, record.Format);
        values[(int)Column.UserAgent] = Text(Column.UserAgent, record.UserAgent);
        values[(int)Column.Key] = Text(Column.Key, record.Key);
        values[(int)Column.Session] = Text(Column.Session, record.Session);
        values[(int)Column.SessionReason] = Text(Column.SessionReason, record.SessionReason);
        values[(int)Column.RequestModel] = Text(Column.RequestModel, record.RequestModel);
        values[(int)Column.Model] = Text(Column.Model, record.Model);
        values[(int)Column.ResponseModel] = Text(Column.ResponseModel, record.ResponseModel);
        values[(int)Column.Provider] = Text(Column.Provider, record.Provider);
        values[(int)Column.Mode] = Text(Column.Mode, record.Mode);
        values[(int)Column.ConfigHash] = Text(Column.ConfigHash, record.ConfigHash);
        values[(int)Column.Route] = Text(Column.Route, record.Route);
        values[(int)Column.DecidedBy] = Text(Column.DecidedBy, record.DecidedBy);
        values[(int)Column.Why] = Text(Column.Why, record.Why);
        values[(int)Column.ErrorType] = Text(Column.ErrorType, record.ErrorType);
        values[(int)Column.Tags] = Text(Column.Tags, record.Tags.Count == 0 ? null : string.Join(Columns.TagSeparator, record.Tags));
        values[(int)Column.State] = (long)record.State;
        values[(int)Column.Status] = Math.Max(0, record.Status);
        values[(int)Column.Flags] = (long)FlagsOf(record);
        values[(int)Column.DurationMicroseconds] = Columns.Of(record.Duration);
        values[(int)Column.FirstByteMicroseconds] = Columns.OfOptional(record.TimeToFirstByte);
        values[(int)Column.GatewayMicroseconds] = Columns.OfOptional(record.GatewayTime);
        values[(int)Column.Attempts] = record.AttemptCount;
        var usage = record.Usage.GetValueOrDefault();
        values[(int)Column.InputTokens] = usage.Input;
        values[(int)Column.CacheReadTokens] = usage.CacheRead;
        values[(int)Column.CacheWriteTokens] = usage.CacheWrite;
        values[(int)Column.OutputTokens] = usage.Output;
        values[(int)Column.ReasoningTokens] = usage.Reasoning;
        values[(int)Column.CostState] = (long)record.Cost.State;
        values[(int)Column.CostPico] = Columns.OfUsd(record.Cost.Total);
        values[(int)Column.RequestedPico] = record.Cost.Requested is { } requested ? Columns.OfUsd(requested) + 1 : 0;
        values[(int)Column.Confidence] = Columns.OfProbability(record.Confidence);
        values[(int)Column.Turn] = record.Turn is { } turn ? turn + 1 : 0;
        _values.Set(row, values);
    }

    // Most columns have the text of the record before, if not as the same string.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private long Text(Column column, string? text)
    {
        ref var last = ref _lastTexts[(int)column];
        if (!string.Equals(last.Text, text, StringComparison.Ordinal))
            last = (text, _texts.NumberOf(text, isNew: column == Column.Session));
        return last.Number;
    }

    private static RecordFlags FlagsOf(RequestRecord record) =>
        (record.Stream ? RecordFlags.Stream : RecordFlags.None)
        | (record.SessionIsExplicit ? RecordFlags.SessionIsExplicit : RecordFlags.None)
        | (record.Pinned ? RecordFlags.Pinned : RecordFlags.None)
        | (record.Switched ? RecordFlags.Switched : RecordFlags.None)
        | (record.Fallback is null ? RecordFlags.None : RecordFlags.FellBack)
        | (record.IsEstimated ? RecordFlags.IsEstimated : RecordFlags.None)
        | (record.Usage is null ? RecordFlags.None : RecordFlags.HasUsage)
        | (record.Usage is { CacheIsBeside: true } ? RecordFlags.CacheIsBeside : RecordFlags.None)
        | (record.Usage is { IsPartial: true } ? RecordFlags.UsageIsPartial : RecordFlags.None)
        | (record.HasBody ? RecordFlags.HasBody : RecordFlags.None)
        | (record.HasInput ? RecordFlags.HasInput : RecordFlags.None);
}
