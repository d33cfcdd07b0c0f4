using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.RequestLog.Blocks;

/// <summary>What of a record lies in no column: candidates, attempts, cost by class, what was dropped, words of errors.</summary>
internal static class DetailCodec
{
    public static void Write(ByteSink sink, RequestRecord record, TextTable texts)
    {
        WriteOptional(sink, record.ErrorMessage, texts);
        WriteOptional(sink, record.Fallback, texts);
        sink.WriteNumber(Columns.OfProbability(record.Margin));
        sink.WriteNumber(Columns.OfOptional(record.DecisionTime));
        WriteOptional(sink, record.SwitchCost);
        sink.WriteNumber(record.Candidates.Count);
        for (var i = 0; i < record.Candidates.Count; i++)
        {
            var candidate = record.Candidates[i];
            sink.WriteNumber(texts.NumberOf(candidate.Model));
            sink.WriteNumber(texts.NumberOf(candidate.Reason));
            sink.WriteByte(candidate.WasPassedOver ? (byte)1 : (byte)0);
            WriteOptional(sink, candidate.InputPrice);
            WriteOptional(sink, candidate.OutputPrice);
            WriteOptional(sink, candidate.Latency);
        }

        sink.WriteNumber(record.Attempts.Count);
        for (var i = 0; i < record.Attempts.Count; i++)
        {
            var attempt = record.Attempts[i];
            sink.WriteNumber(texts.NumberOf(attempt.Provider));
            sink.WriteNumber(texts.NumberOf(attempt.Model));
            sink.WriteNumber(attempt.Status);
            sink.WriteNumber(Columns.Of(attempt.SentAfter));
            sink.WriteNumber(Columns.OfOptional(attempt.FirstByte));
            sink.WriteNumber(Columns.Of(attempt.Duration));
            sink.WriteNumber(texts.NumberOf(attempt.Outcome));
            WriteOptional(sink, attempt.Reason, texts);
        }

        var cost = record.Cost;
        if (cost.State == CostState.Priced)
        {
            sink.WriteNumber(Columns.OfUsd(cost.Input));
            sink.WriteNumber(Columns.OfUsd(cost.CacheRead));
            sink.WriteNumber(Columns.OfUsd(cost.CacheWrite));
            sink.WriteNumber(Columns.OfUsd(cost.Output));
            sink.WriteNumber(texts.NumberOf(cost.PriceSource));
            sink.WriteNumber(cost.PriceTime?.ToUnixTimeSeconds() ?? 0);
        }

        WriteTexts(sink, record.Dropped, texts);
        WriteTexts(sink, record.Limits, texts);
        WriteTexts(sink, record.Guards, texts);
        sink.WriteNumber(texts.NumberOf(record.RunnerUp));
        for (var i = 0; i < record.Attempts.Count; i++)
            sink.WriteNumber(Columns.OfOptional(record.Attempts[i].Connect));
    }

    /// <summary>Adds to a record what its columns do not say.</summary>
    /// <param name="bytes">One record's detail.</param>
    /// <param name="record">What the columns say.</param>
    /// <param name="text">The text of a number.</param>
    public static RequestRecord Read(ReadOnlySpan<byte> bytes, RequestRecord record, Func<long, string?> text)
    {
        var source = new ByteSource(bytes);
        record = record with
        {
            ErrorMessage = ReadOptionalText(ref source),
            Fallback = ReadOptionalText(ref source),
            Margin = Columns.Probability(source.ReadNumber()),
            DecisionTime = Columns.OptionalDuration(source.ReadNumber()),
            SwitchCost = ReadOptional(ref source),
            Candidates = ReadCandidates(ref source, text),
            Attempts = ReadAttempts(ref source, text),
        };
        if (record.Cost.State == CostState.Priced)
        {
            record = record with
            {
                Cost = record.Cost with
                {
                    Input = Columns.Usd(source.ReadNumber()),
                    CacheRead = Columns.Usd(source.ReadNumber()),
                    CacheWrite = Columns.Usd(source.ReadNumber()),
                    Output = Columns.Usd(source.ReadNumber()),
                    PriceSource = text(source.ReadNumber()),
                    PriceTime = source.ReadNumber() is var seconds and not 0 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
                },
            };
        }

        record = record with { Dropped = ReadTexts(ref source, text), Limits = ReadTexts(ref source, text), Guards = ReadTexts(ref source, text) };

        // Blocks that were written before there was more end here.
        if (source.IsAtEnd)
            return record;
        var runnerUp = text(source.ReadNumber());
        var attempts = record.Attempts.ToArray();
        for (var i = 0; i < attempts.Length; i++)
            attempts[i] = attempts[i] with { Connect = Columns.OptionalDuration(source.ReadNumber()) };
        return record with { RunnerUp = runnerUp, Attempts = attempts };
    }

    private static CandidateRecord[] ReadCandidates(ref ByteSource source, Func<long, string?> text)
    {
        var candidates = new CandidateRecord[source.ReadLength()];
        for (var i = 0; i < candidates.Length; i++)
        {
            candidates[i] = new CandidateRecord(
                text(source.ReadNumber()) ?? "", text(source.ReadNumber()) ?? "", source.ReadByte() == 1, ReadOptional(ref source), ReadOptional(ref source), ReadOptional(ref source));
        }

        return candidates;
    }

    private static AttemptRecord[] ReadAttempts(ref ByteSource source, Func<long, string?> text)
    {
        var attempts = new AttemptRecord[source.ReadLength()];
        for (var i = 0; i < attempts.Length; i++)
        {
            attempts[i] = new AttemptRecord(
                text(source.ReadNumber()) ?? "", text(source.ReadNumber()) ?? "", (int)source.ReadNumber(), Columns.Duration(source.ReadNumber()), Columns.OptionalDuration(source.ReadNumber()),
                Columns.Duration(source.ReadNumber()), text(source.ReadNumber()) ?? "", ReadOptionalText(ref source));
        }

        return attempts;
    }

    private static void WriteTexts(ByteSink sink, IReadOnlyList<string> list, TextTable texts)
    {
        sink.WriteNumber(list.Count);
        for (var i = 0; i < list.Count; i++)
            sink.WriteNumber(texts.NumberOf(list[i]));
    }

    private static string[] ReadTexts(ref ByteSource source, Func<long, string?> text)
    {
        var count = source.ReadLength();
        if (count == 0)
            return [];
        var list = new string[count];
        for (var i = 0; i < count; i++)
            list[i] = text(source.ReadNumber()) ?? "";
        return list;
    }

    private static void WriteOptional(ByteSink sink, double? value)
    {
        sink.WriteByte(value is null ? (byte)0 : (byte)1);
        if (value is { } known)
            sink.WriteDouble(known);
    }

    private static double? ReadOptional(ref ByteSource source) => source.ReadByte() == 0 ? null : source.ReadDouble();

    private static void WriteOptional(ByteSink sink, string? text, TextTable texts)
    {
        sink.WriteByte(text is null ? (byte)0 : (byte)1);
        if (text is not null)
            sink.WriteText(texts.Clean(text));
    }

    private static string? ReadOptionalText(ref ByteSource source) => source.ReadByte() == 0 ? null : source.ReadText();
}
