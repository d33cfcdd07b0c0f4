using ModelScan.RoutingApi.Decisions;

namespace ModelScan.RoutingApi.Cli.Doctor;

/// <summary>Whether the sentence encoder of the classifier can be loaded: it is native code, and files beside the program.</summary>
internal static class EncoderCheck
{
    private const string Subject = "classifier";

    public static async Task<Finding> RunAsync(RoutingWithoutServer routing, CancellationToken cancellationToken)
    {
        var snapshot = routing.Snapshot.Decisions;
        if (snapshot.Routes.IsEmpty)
            return new Finding(Severity.Ok, Subject, "there are no routes, so nothing is loaded until a request brings some");
        var factory = routing.Services.GetRequiredService<ClassifierFactory>();
        try
        {
            return await factory.EncoderAsync().WaitAsync(EncoderLoading.Patience, cancellationToken) is null
                ? new Finding(Severity.Failure, Subject, factory.Problem ?? "cannot be loaded", "until that is mended, requests go on without a route")
                : new Finding(Severity.Ok, Subject, "the encoder is loaded");
        }
        catch (TimeoutException)
        {
            return new Finding(Severity.Warning, Subject, $"the encoder is not loaded within {EncoderLoading.Patience.TotalSeconds:0} s", "see what else the machine does");
        }
    }
}
