using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.RequestLog.Blocks;

/// <summary>
/// Writes records as a block. Not thread-safe; its memory is kept for the next block.
/// <code>
/// index:  version, count, table of texts, 16 bytes of id each, 16 bytes of trace each, number of columns, columns
/// column: length, then 0 and the value that all records have, or 1 and each record's value
/// detail: version, length of each record, records
/// </code>
/// Numbers are written as LEB128, texts as length and UTF-8.
/// </summary>
/// <param name="redact">Takes secrets out of a text. Nothing is written that it has not seen.</param>
internal sealed class BlockEncoder(Func<string, string> redact) : IDisposable
{
    private readonly TextTable _texts = new(redact);
    private readonly ByteSink _index = new();
    private readonly ByteSink _column = new();
    private readonly ByteSink _detail = new();
    private readonly ByteSink _rows = new();
    private readonly long[][] _values = [.. Enumerable.Range(0, Columns.Count).Select(_ => new long[RecordBlock.MaxRecords])];

    /// <summary>Writes a block of at least one record and at most <see cref="RecordBlock.MaxRecords"/>.</summary>
    public RecordBlock Encode(ReadOnlySpan<RequestRecord> records)
    {
        ArgumentOutOfRangeException.ThrowIfZero(records.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(records.Length, RecordBlock.MaxRecords);
        _texts.Clear();
        _rows.Clear();
        _detail.Clear();
        _detail.WriteByte(RecordBlock.Version);
        var (first, last) = (records[0].Id, records[0].Id);
        for (var row = 0; row < records.Length; row++)
        {
            var record = records[row];
            first = record.Id < first ? record.Id : first;
            last = record.Id > last ? record.Id : last;
            Split(record, row);
            var before = _rows.Length;
            DetailCodec.Write(_rows, record, _texts);
            _detail.WriteNumber(_rows.Length - before);
        }

        _detail.Write(_rows.Written);
        WriteIndex(records);
        return new RecordBlock(first, last, records.Length, _index.Written.ToArray(), _detail.Written.ToArray());
    }

    public void Dispose()
    {
        _index.Dispose();
        _column.Dispose();
        _detail.Dispose();
        _rows.Dispose();
    }

    private void WriteIndex(ReadOnlySpan<RequestRecord> records)
    {
        _index.Clear();
        _index.WriteByte(RecordBlock.Version);
        _index.WriteNumber(records.Length);
        _index.WriteNumber(_texts.Texts.Count);
        foreach (var text in _texts.Texts)
            _index.WriteText(text);
        Span<byte> id = stackalloc byte[RequestId.Size];
        foreach (var record in records)
        {
            record.Id.WriteTo(id);
            _index.Write(id);
        }

        foreach (var record in records)
        {
            // A trace that is the request's own id need not be written twice; nor can one be written that is none.
            if (record.TraceId is not { Length: 32 } trace || Convert.FromHexString(trace, id, out _, out _) != System.Buffers.OperationStatus.Done)
                id.Clear();
            _index.Write(id);
        }

        _index.WriteNumber(Columns.Count);
        foreach (var values in _values)
            WriteColumn(values.AsSpan(0, records.Length));
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

        void Text(Column column, string? text) => _values[(int)column][row] = _texts.NumberOf(text);

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
