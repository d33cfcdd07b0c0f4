using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.RequestLog.Reading;

/// <summary>
/// Records as JSON. Names are OpenTelemetry's for generative AI without their prefix where those exist
/// (https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai): <c>operation_name</c>, <c>provider_name</c>, <c>request_model</c>,
/// <c>response_model</c>, <c>conversation_id</c>, <c>usage.input_tokens</c>. What is absent, false or empty is left out.
/// </summary>
internal static class RecordJson
{
    /// <summary>Writes a row of a list: what lies in columns, some 500 bytes.</summary>
    public static void WriteRow(Utf8JsonWriter json, RequestRecord record)
    {
        json.WriteStartObject();
        WriteMembers(json, record);
        json.WriteEndObject();
    }

    /// <summary>Writes a record whole.</summary>
    public static void WriteWhole(Utf8JsonWriter json, RequestDetail detail)
    {
        var record = detail.Record;
        json.WriteStartObject();
        WriteMembers(json, record);
        WriteText(json, "error_message", record.ErrorMessage);
        WriteText(json, "policy", record.ConfigHash);
        WriteText(json, "decided_by", record.DecidedBy);
        WriteText(json, "session_reason", record.SessionReason);
        WriteFlag(json, "session_explicit", record.SessionIsExplicit && record.Session is not null);
        WriteMilliseconds(json, "gateway_ms", record.GatewayTime);
        WriteText(json, "fallback_reason", record.Fallback);
        WriteText(json, "runner_up", record.RunnerUp);
        WriteNumber(json, "margin", record.Margin);
        WriteMilliseconds(json, "decision_ms", record.DecisionTime);
        WriteNumber(json, "switch_cost_usd", record.SwitchCost);
        WriteCandidates(json, record.Candidates);
        WriteAttempts(json, record.Attempts);
        WriteTexts(json, "dropped", record.Dropped);
        WriteTexts(json, "limits", record.Limits);
        WriteTexts(json, "guards", record.Guards);
        if (detail.Feedback is { } feedback)
            WriteFeedback(json, feedback);
        if (detail.Body is { } body)
            WriteBody(json, body);
        json.WriteEndObject();
    }

    public static void WriteFeedback(Utf8JsonWriter json, RouteFeedback feedback)
    {
        json.WriteStartObject("feedback");
        json.WriteBoolean("right", feedback.IsRight);
        if (feedback.Names)
            json.WriteString("route", feedback.Route);
        json.WriteString("at", feedback.At);
        json.WriteEndObject();
    }

    public static string NameOf(RequestState state) => state switch
    {
        RequestState.Completed => "completed",
        RequestState.Failed => "failed",
        RequestState.Aborted => "aborted",
        _ => "refused",
    };

    public static string NameOf(CostState state) => state switch
    {
        CostState.Priced => "priced",
        CostState.NoPrice => "no_price",
        _ => "nothing_billable",
    };

    private static void WriteMembers(Utf8JsonWriter json, RequestRecord record)
    {
        json.WriteString("id", record.Id.ToString());
        WriteText(json, "trace_id", record.TraceId);
        json.WriteString("started", record.Id.Time);
        json.WriteString("state", NameOf(record.State));
        json.WriteNumber("status", record.Status);
        WriteText(json, "error_type", record.ErrorType);
        json.WriteString("operation_name", record.Operation);
        json.WriteString("format", record.Format);
        WriteFlag(json, "stream", record.Stream);
        WriteText(json, "key", record.Key);
        WriteText(json, "user_agent", record.UserAgent);
        WriteText(json, "conversation_id", record.Session);
        WriteNumber(json, "turn", record.Turn);
        WriteFlag(json, "pinned", record.Pinned);
        WriteFlag(json, "switched", record.Switched);
        WriteFlag(json, "fallback", record.Fallback is not null);
        WriteText(json, "request_model", record.RequestModel);
        WriteText(json, "model", record.Model);
        WriteText(json, "response_model", record.ResponseModel);
        WriteText(json, "provider_name", record.Provider);
        json.WriteString("mode", record.Mode);
        WriteText(json, "route", record.Route);
        WriteNumber(json, "confidence", record.Confidence);
        json.WriteString("why", record.Why);
        WriteMilliseconds(json, "duration_ms", record.Duration);
        WriteMilliseconds(json, "time_to_first_chunk_ms", record.TimeToFirstByte);
        json.WriteNumber("attempt_count", record.AttemptCount);
        WriteUsage(json, record);
        WriteCost(json, record.Cost);
        WriteTexts(json, "tags", record.Tags);
        WriteFlag(json, "has_body", record.HasBody);
        WriteFlag(json, "has_input", record.HasInput);
    }

    private static void WriteUsage(Utf8JsonWriter json, RequestRecord record)
    {
        if (record.Usage is not { } usage)
            return;
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", usage.Input);
        if (usage.CacheRead > 0)
            json.WriteNumber("cache_read_input_tokens", usage.CacheRead);
        if (usage.CacheWrite > 0)
            json.WriteNumber("cache_write_input_tokens", usage.CacheWrite);
        json.WriteNumber("output_tokens", usage.Output);
        if (usage.Reasoning > 0)
            json.WriteNumber("reasoning_output_tokens", usage.Reasoning);
        WriteFlag(json, "cache_is_beside_input", usage.CacheIsBeside);
        WriteFlag(json, "partial", usage.IsPartial);
        WriteFlag(json, "estimated", record.IsEstimated);
        json.WriteEndObject();
    }

    // By class only where the record is whole.
    private static void WriteCost(Utf8JsonWriter json, CostRecord cost)
    {
        json.WriteStartObject("cost");
        json.WriteString("state", NameOf(cost.State));
        if (cost.State == CostState.Priced)
        {
            WriteUsd(json, "total_usd", cost.Total);
            if (cost.PriceSource is not null)
            {
                WriteUsd(json, "input_usd", cost.Input);
                WriteUsd(json, "cache_read_usd", cost.CacheRead);
                WriteUsd(json, "cache_write_usd", cost.CacheWrite);
                WriteUsd(json, "output_usd", cost.Output);
                json.WriteString("price_source", cost.PriceSource);
                if (cost.PriceTime is { } time)
                    json.WriteString("price_time", time);
            }

            if (cost.Requested is { } requested)
            {
                WriteUsd(json, "requested_usd", requested);
                WriteUsd(json, "saved_usd", requested - cost.Total);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteCandidates(Utf8JsonWriter json, IReadOnlyList<CandidateRecord> candidates)
    {
        if (candidates.Count == 0)
            return;
        json.WriteStartArray("candidates");
        foreach (var candidate in candidates)
        {
            json.WriteStartObject();
            json.WriteString("model", candidate.Model);
            json.WriteString("reason", candidate.Reason);
            WriteFlag(json, "passed_over", candidate.WasPassedOver);
            WriteNumber(json, "input_usd_per_million", candidate.InputPrice);
            WriteNumber(json, "output_usd_per_million", candidate.OutputPrice);
            WriteNumber(json, "latency_s", candidate.Latency);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteAttempts(Utf8JsonWriter json, IReadOnlyList<AttemptRecord> attempts)
    {
        if (attempts.Count == 0)
            return;
        json.WriteStartArray("attempts");
        foreach (var attempt in attempts)
        {
            json.WriteStartObject();
            json.WriteString("provider_name", attempt.Provider);
            json.WriteString("model", attempt.Model);
            json.WriteNumber("status", attempt.Status);
            WriteMilliseconds(json, "sent_after_ms", attempt.SentAfter);
            WriteMilliseconds(json, "connect_ms", attempt.Connect);
            WriteMilliseconds(json, "first_byte_ms", attempt.FirstByte);
            WriteMilliseconds(json, "duration_ms", attempt.Duration);
            json.WriteString("outcome", attempt.Outcome);
            WriteText(json, "reason", attempt.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteBody(Utf8JsonWriter json, RequestBody body)
    {
        json.WriteStartObject("body");
        WriteText(json, "request", body.Request);
        WriteText(json, "response", body.Response);
        WriteText(json, "stream", body.Stream);
        WriteText(json, "decision_input", body.Input);
        WriteFlag(json, "cut", body.IsCut);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }

    private static void WriteFlag(Utf8JsonWriter json, string name, bool flag)
    {
        if (flag)
            json.WriteBoolean(name, flag);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } known && double.IsFinite(known))
            json.WriteNumber(name, known);
    }

    // Twelve digits behind the point are what is kept.
    private static void WriteUsd(Utf8JsonWriter json, string name, double usd) => json.WriteNumber(name, Math.Round((decimal)usd, 12));

    private static void WriteMilliseconds(Utf8JsonWriter json, string name, TimeSpan? time)
    {
        if (time is { } known)
            json.WriteNumber(name, Math.Round(known.TotalMilliseconds, 3));
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
