using System.Text;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.RequestLog.Blocks;

/// <summary>
/// Looks into a block. Columns and texts are decoded when they are asked for, so that a filter on one column costs that column alone. Not
/// thread-safe; loading another block reuses the memory.
/// </summary>
internal sealed class BlockView
{
    private readonly long[]?[] _columns = new long[]?[Columns.Count];
    private readonly bool[] _isDecoded = new bool[Columns.Count];
    private readonly (int Start, int Length)[] _columnBytes = new (int, int)[Columns.Count];
    private (int Start, int Length)[] _textBytes = [];
    private string?[] _texts = [];
    private ReadOnlyMemory<byte> _index;
    private ReadOnlyMemory<byte> _detail;
    private int[] _detailStarts = [];
    private int _ids;
    private int _traces;

    /// <summary>How many records.</summary>
    public int Count { get; private set; }

    /// <summary>How many texts, whose numbers begin with 1.</summary>
    public int TextCount { get; private set; }

    /// <summary>Looks at the columns of a block.</summary>
    /// <exception cref="InvalidDataException">The bytes are no block, or one of a later version of the program.</exception>
    public void Load(ReadOnlyMemory<byte> index)
    {
        _index = index;
        _detail = default;
        var source = new ByteSource(index.Span);
        if (source.ReadByte() is var version && version != RecordBlock.Version)
            throw new InvalidDataException($"a block of records has version {version}; this program reads {RecordBlock.Version}");
        Count = source.ReadLength();
        TextCount = source.ReadLength();
        if (_textBytes.Length < TextCount)
            (_textBytes, _texts) = (new (int, int)[TextCount], new string?[TextCount]);
        Array.Clear(_texts, 0, TextCount);
        for (var i = 0; i < TextCount; i++)
        {
            var length = source.ReadLength();
            _textBytes[i] = (source.Position, length);
            source.Take(length);
        }

        _ids = source.Position;
        source.Take(Count * RequestId.Size);
        _traces = source.Position;
        source.Take(Count * RequestId.Size);
        var columns = source.ReadLength();
        Array.Clear(_isDecoded);
        Array.Clear(_columnBytes);
        for (var i = 0; i < columns; i++)
        {
            var length = source.ReadLength();
            if (i < Columns.Count)
                _columnBytes[i] = (source.Position, length);
            source.Take(length);
        }
    }

    /// <summary>Looks at the rest of the block, too.</summary>
    /// <exception cref="InvalidDataException">The bytes are no detail of this block.</exception>
    public void LoadDetail(ReadOnlyMemory<byte> detail)
    {
        var source = new ByteSource(detail.Span);
        if (source.ReadByte() is var version && version != RecordBlock.Version)
            throw new InvalidDataException($"a block of records has version {version}; this program reads {RecordBlock.Version}");
        if (_detailStarts.Length <= Count)
            _detailStarts = new int[Count + 1];
        var end = 0;
        for (var row = 0; row < Count; row++)
        {
            _detailStarts[row] = end;
            end += source.ReadLength();
        }

        _detailStarts[Count] = end;
        _detail = detail[source.Position..];
        if (_detail.Length != end)
            throw new InvalidDataException("the detail of a block of records is cut off");
    }

    /// <summary>A request's id.</summary>
    public RequestId Id(int row) => RequestId.Read(_index.Span.Slice(_ids + (row * RequestId.Size), RequestId.Size));

    /// <summary>A request's trace; <see langword="null"/> for none.</summary>
    public string? TraceId(int row)
    {
        var trace = _index.Span.Slice(_traces + (row * RequestId.Size), RequestId.Size);
        return trace.ContainsAnyExcept((byte)0) ? Convert.ToHexStringLower(trace) : null;
    }

    /// <summary>A column's values, one a record.</summary>
    public ReadOnlySpan<long> this[Column column]
    {
        get
        {
            var values = _columns[(int)column];
            if (values is null || values.Length < Count)
                _columns[(int)column] = values = new long[Math.Max(Count, RecordBlock.MaxRecords)];
            if (!_isDecoded[(int)column])
            {
                Decode(_columnBytes[(int)column], values.AsSpan(0, Count));
                _isDecoded[(int)column] = true;
            }

            return values.AsSpan(0, Count);
        }
    }

    /// <summary>The text of a number; <see langword="null"/> of 0.</summary>
    public string? Text(long number)
    {
        if (number <= 0 || number > TextCount)
            return null;
        var (start, length) = _textBytes[number - 1];
        return _texts[number - 1] ??= Encoding.UTF8.GetString(_index.Span.Slice(start, length));
    }

    /// <summary>The text that a record has in a column.</summary>
    public string? Text(Column column, int row) => Text(this[column][row]);

    /// <summary>A record, as far as the columns know it, and the rest of it where that has been loaded.</summary>
    public RequestRecord Record(int row)
    {
        var flags = (RecordFlags)this[Column.Flags][row];
        var id = Id(row);
        var record = new RequestRecord(id)
        {
            TraceId = TraceId(row),
            State = (RequestState)this[Column.State][row],
            Status = (int)this[Column.Status][row],
            ErrorType = Text(Column.ErrorType, row),
            Duration = Columns.Duration(this[Column.DurationMicroseconds][row]),
            TimeToFirstByte = Columns.OptionalDuration(this[Column.FirstByteMicroseconds][row]),
            GatewayTime = Columns.OptionalDuration(this[Column.GatewayMicroseconds][row]),
            Operation = Text(Column.Operation, row) ?? "",
            Format = Text(Column.Format, row) ?? "",
            Stream = flags.HasFlag(RecordFlags.Stream),
            Key = Text(Column.Key, row),
            UserAgent = Text(Column.UserAgent, row),
            Session = Text(Column.Session, row),
            SessionIsExplicit = flags.HasFlag(RecordFlags.SessionIsExplicit),
            Turn = this[Column.Turn][row] is var turn and > 0 ? (int)turn - 1 : null,
            Pinned = flags.HasFlag(RecordFlags.Pinned),
            Switched = flags.HasFlag(RecordFlags.Switched),
            SessionReason = Text(Column.SessionReason, row),
            RequestModel = Text(Column.RequestModel, row),
            Mode = Text(Column.Mode, row) ?? "",
            ConfigHash = Text(Column.ConfigHash, row),
            Route = Text(Column.Route, row),
            DecidedBy = Text(Column.DecidedBy, row),
            Confidence = Columns.Probability(this[Column.Confidence][row]),
            Why = Text(Column.Why, row) ?? "",
            Fallback = flags.HasFlag(RecordFlags.FellBack) ? "" : null,
            AttemptCount = (int)this[Column.Attempts][row],
            Provider = Text(Column.Provider, row),
            Model = Text(Column.Model, row),
            ResponseModel = Text(Column.ResponseModel, row),
            Usage = flags.HasFlag(RecordFlags.HasUsage) ? UsageOf(row, flags) : null,
            IsEstimated = flags.HasFlag(RecordFlags.IsEstimated),
            Cost = CostOf(row),
            Tags = Text(Column.Tags, row)?.Split(Columns.TagSeparator) ?? [],
            HasBody = flags.HasFlag(RecordFlags.HasBody),
            HasInput = flags.HasFlag(RecordFlags.HasInput),
        };
        return _detail.IsEmpty ? record : DetailCodec.Read(_detail.Span[_detailStarts[row].._detailStarts[row + 1]], record, Text);
    }

    private TokenUsage UsageOf(int row, RecordFlags flags) => new()
    {
        Input = this[Column.InputTokens][row],
        Output = this[Column.OutputTokens][row],
        CacheRead = this[Column.CacheReadTokens][row],
        CacheWrite = this[Column.CacheWriteTokens][row],
        Reasoning = this[Column.ReasoningTokens][row],
        CacheIsBeside = flags.HasFlag(RecordFlags.CacheIsBeside),
        IsPartial = flags.HasFlag(RecordFlags.UsageIsPartial),
    };

    // By class only the detail knows it: here all of it stands as output.
    private CostRecord CostOf(int row)
    {
        var requested = this[Column.RequestedPico][row];
        return new CostRecord((CostState)this[Column.CostState][row])
        {
            Output = Columns.Usd(this[Column.CostPico][row]),
            Requested = requested == 0 ? null : Columns.Usd(requested - 1),
        };
    }

    private void Decode((int Start, int Length) bytes, Span<long> values)
    {
        if (bytes.Length == 0)
        {
            values.Clear();
            return;
        }

        var source = new ByteSource(_index.Span.Slice(bytes.Start, bytes.Length));
        if (source.ReadByte() == 0)
        {
            values.Fill(source.ReadNumber());
            return;
        }

        for (var i = 0; i < values.Length; i++)
            values[i] = source.ReadNumber();
    }
}
