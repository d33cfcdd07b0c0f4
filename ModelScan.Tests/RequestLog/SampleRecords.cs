using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.Tests.RequestLog;

/// <summary>Records as a gateway would make them, drawn with a seed.</summary>
internal static class SampleRecords
{
    public static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly string?[] Routes = ["code_generation", "complex_reasoning", "data_analysis", null];
    private static readonly string[] Models = ["openai/gpt-4o", "openai/gpt-4o-mini", "anthropic/claude-sonnet-4-20250514", "groq/llama-3.3-70b", "google/gemini-2.5-pro"];
    private static readonly string?[] Keys = ["key-aaaaaaaaaaaa", "key-bbbbbbbbbbbb", null];
    private static readonly string?[] Agents = ["claude-cli", "codex_cli_rs", "OpenAI", null];

    /// <summary>Records that begin one after the other.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Of chance.</param>
    /// <param name="start">When the first one came.</param>
    /// <param name="apart">Time from one to the next.</param>
    public static RequestRecord[] Draw(int count, int seed = 1, DateTimeOffset? start = null, TimeSpan? apart = null)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(number => One(random, (start ?? Start) + (number * (apart ?? TimeSpan.FromMilliseconds(250)))))];
    }

    /// <summary>One record, with everything in it that there can be.</summary>
    public static RequestRecord One(Random random, DateTimeOffset at)
    {
        var id = RequestId.Create(at);
        var (model, asked) = (random.GetItems(Models, 1)[0], random.GetItems(Models, 1)[0]);
        var state = (RequestState)(random.Next(10) switch { < 7 => 0, 7 => 1, 8 => 2, _ => 3 });
        var session = random.Next(3) == 0 ? null : $"implicit:{random.Next(200):x16}";
        var input = random.Next(1, 20_000);
        return new RequestRecord(id)
        {
            TraceId = random.Next(5) == 0 ? null : id.ToTraceId(),
            State = state,
            Status = state switch { RequestState.Completed => 200, RequestState.Aborted => 499, RequestState.Refused => 404, _ => 502 },
            ErrorType = state == RequestState.Completed ? null : random.GetItems(["UpstreamTimeout", "model_not_found", "AllModelsFailed"], 1)[0],
            ErrorMessage = state == RequestState.Completed ? null : $"it did not work out, number {random.Next(1000)}",
            Duration = TimeSpan.FromMicroseconds(random.Next(1000, 5_000_000)),
            TimeToFirstByte = random.Next(4) == 0 ? null : TimeSpan.FromMicroseconds(random.Next(500, 900_000)),
            GatewayTime = TimeSpan.FromMicroseconds(random.Next(20, 900)),
            Operation = random.Next(12) == 0 ? "count_tokens" : "chat",
            Format = random.GetItems(["chat", "messages", "responses"], 1)[0],
            Stream = random.Next(2) == 0,
            Key = random.GetItems(Keys, 1)[0],
            UserAgent = random.GetItems(Agents, 1)[0],
            Session = session,
            SessionIsExplicit = random.Next(2) == 0,
            Turn = id.Time.Ticks % 3 == 0 ? null : (int)(id.Time.Ticks / 10_000 % 40) + 1,
            Pinned = random.Next(3) == 0,
            Switched = random.Next(10) == 0,
            SessionReason = session is null ? null : random.GetItems(["cold", "held", "within_cap"], 1)[0],
            SwitchCost = random.Next(6) == 0 ? random.NextDouble() / 100 : null,
            RequestModel = asked,
            Mode = "policy",
            ConfigHash = random.Next(2) == 0 ? "0123456789ab" : "ba9876543210",
            Route = random.GetItems(Routes, 1)[0],
            DecidedBy = random.GetItems(["embedded", "session", "none"], 1)[0],
            Confidence = random.Next(4) == 0 ? null : Math.Round(random.NextDouble(), 4),
            RunnerUp = id.Time.Ticks % 4 == 0 ? null : "data_analysis",
            Margin = random.Next(4) == 0 ? null : Math.Round(random.NextDouble(), 4),
            DecisionTime = TimeSpan.FromMicroseconds(random.Next(5, 3000)),
            Why = random.GetItems(["cheapest of 3", "no route", "held by its session"], 1)[0],
            Fallback = random.Next(15) == 0 ? "plano_proxy: connection refused" : null,
            Candidates = [new(model, "chosen", false, 2.5, 10, 0.4), new("openai/gpt-4o", "left alone: rate limited", true)],
            Attempts = [new("openai", "openai/gpt-4o", 429, TimeSpan.FromMicroseconds(80), null, TimeSpan.FromMicroseconds(2000), "refused", "rate limited", TimeSpan.FromMicroseconds(300)), new(model.Split('/')[0], model, 200, TimeSpan.FromMicroseconds(2100), TimeSpan.FromMicroseconds(7000), TimeSpan.FromMicroseconds(9000), "answered", null)],
            Provider = model.Split('/')[0],
            Model = model,
            ResponseModel = model.Split('/')[1],
            Usage = state == RequestState.Completed ? new TokenUsage { Input = input, Output = random.Next(1, 3000), CacheRead = input / 2, CacheWrite = random.Next(3) == 0 ? 500 : 0, Reasoning = random.Next(100) } : null,
            Cost = state != RequestState.Completed ? CostRecord.Nothing : random.Next(5) == 0 ? CostRecord.Unknown : new CostRecord(CostState.Priced)
            {
                Input = input * 0.000_001_25,
                CacheRead = input * 0.000_000_125,
                Output = 0.002,
                PriceSource = "models.dev",
                PriceTime = Start,
                Requested = random.Next(3) == 0 ? null : 0.01,
            },
            Dropped = random.Next(8) == 0 ? ["logit_bias", "seed"] : [],
            Tags = random.Next(4) == 0 ? [$"team={random.GetItems(["search", "ads"], 1)[0]}", "env=prod"] : [],
        };
    }
}
