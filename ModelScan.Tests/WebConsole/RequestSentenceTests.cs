using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Parts;

namespace ModelScan.Tests.WebConsole;

/// <summary>A request is told in sentences.</summary>
public sealed class RequestSentenceTests
{
    private static readonly RequestEntry Answered = new()
    {
        Id = "01",
        State = "completed",
        Status = 200,
        Mode = "policy",
        RequestModel = "gpt-4o-mini",
        Model = "anthropic/claude-sonnet-4",
        Route = "code_generation",
        DecidedBy = "embedded",
        Confidence = 0.91,
        RunnerUp = "data_analysis",
        Margin = 0.47,
        Why = "fastest of 2",
        DurationMs = 1200,
        Candidates = [new() { Model = "anthropic/claude-sonnet-4", Reason = "chosen" }, new() { Model = "openai/gpt-4o", Reason = "2nd" }],
        Attempts = [new() { Model = "anthropic/claude-sonnet-4", Status = 200, Outcome = "answered", DurationMs = 1100 }],
        Cost = new() { State = "priced", TotalUsd = 0.0041, RequestedUsd = 0.0032, SavedUsd = -0.0009 },
    };

    [Fact]
    public void Answered_SaysWhatWasDecidedWhyAndWhatItCost() => Assert.Equal(
        "Asked for gpt-4o-mini. Route code_generation (0.91, next: data_analysis 0.44). anthropic/claude-sonnet-4 was chosen: fastest of 2; openai/gpt-4o second. Answered in 1.20 s. $0.0041, $0.0009 more than the model asked for.",
        RequestSentence.Of(Answered));

    [Fact]
    public void Retried_SaysAfterWhat()
    {
        var sentence = RequestSentence.Of(Answered with { Attempts = [new() { Model = "a", Status = 429, Outcome = "rate_limited", DurationMs = 1200 }, .. Answered.Attempts] });
        Assert.Contains("Answered after 1 retry (429, 1.20 s)", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Failed_SaysWhatWentWrong()
    {
        var sentence = RequestSentence.Of(Answered with { State = "failed", Status = 502, ErrorType = "UpstreamTimeout", ErrorMessage = "no answer within 30 s.", Cost = new() });
        Assert.EndsWith("Failed with 502: no answer within 30 s.", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutPrice_SaysThatTheCostIsNotKnown() =>
        Assert.EndsWith("What it cost is not known.", RequestSentence.Of(Answered with { Cost = new() { State = "no_price" } }), StringComparison.Ordinal);

    [Fact]
    public void DecisionAlone_SaysThatNobodyWasAsked() =>
        Assert.Contains("nobody was asked", RequestSentence.Of(Answered with { OperationName = "decide", Attempts = [], Cost = new() }), StringComparison.Ordinal);

    [Fact]
    public void NoRoute_SaysSo() => Assert.Contains("No route matched.", RequestSentence.Of(Answered with { Route = null, Confidence = null }), StringComparison.Ordinal);
}
