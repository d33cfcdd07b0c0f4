using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

namespace ModelScan.Tests.Decisions;

public sealed class EncoderLoadingTests
{
    private static readonly ClassificationRequest Request = new(
        new RouteSet([new ClassifiableRoute("code_generation", "writing new functions, scripts and programs", [])]),
        [new ConversationMessage(ConversationRole.User, "write a function that sorts a list")]);

    [Fact]
    public async Task ClassifyAsync_FirstRequest_LoadsTheModelOnce()
    {
        var loaded = 0;
        using var loading = new EncoderLoading(() => { loaded++; return EncoderModel.LoadShipped(); }, NullLogger.Instance);
        var classifier = new EmbeddedClassifier(loading, new ClassifierConfig(), TimeProvider.System);
        Assert.Equal(("embedded", 0), (classifier.Name, loaded));

        var decisions = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => classifier.ClassifyAsync(Request, CancellationToken.None).AsTask()));

        Assert.All(decisions, decision => Assert.Equal("code_generation", decision.Route));
        Assert.Equal(1, loaded);
        Assert.Null(loading.Problem);
    }

    [Fact]
    public async Task ClassifyAsync_ModelThatCannotBeLoaded_GivesNoRouteAndSaysWhy()
    {
        using var loading = new EncoderLoading(() => throw new EncoderUnavailableException("no native library here"), NullLogger.Instance);
        var classifier = new EmbeddedClassifier(loading, new ClassifierConfig(), TimeProvider.System);

        var decision = await classifier.ClassifyAsync(Request, CancellationToken.None);

        Assert.Equal((null, true), (decision.Route, decision.HasFailed));
        Assert.Contains(decision.Notes, note => note.Contains("no native library here", StringComparison.Ordinal));
        Assert.Equal("no native library here", loading.Problem);
    }

    [Fact]
    public async Task ClassifyAsync_EncoderOfTheUsers_GoesThroughTheSameCode()
    {
        using var loading = new EncoderLoading(
            () => EncoderModel.LoadWithShippedCalibration(Path.Combine(EncoderFiles.Folder, EncoderFiles.Model), Path.Combine(EncoderFiles.Folder, EncoderFiles.Vocabulary), Pooling.Mean, 64),
            NullLogger.Instance);

        var decision = await new EmbeddedClassifier(loading, new ClassifierConfig(), TimeProvider.System).ClassifyAsync(Request, CancellationToken.None);

        Assert.Equal("code_generation", decision.Route);
    }
}
