using System.Numerics.Tensors;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>The vector that stands for a route: that of its text, drawn towards the mean of its examples.</summary>
internal static class RouteVector
{
    /// <summary>With n examples they weigh n / (n + this) together: a single one says less about a route than its description does.</summary>
    private const float ExampleKappa = 2;

    /// <summary>Examples that count.</summary>
    public const int MaxExamples = 100;

    /// <summary>Encodes what was not seen lately.</summary>
    public static async ValueTask<float[]> OfAsync(ClassifiableRoute route, PromptVectors vectors, CancellationToken cancellationToken)
    {
        var own = await vectors.OfAsync(RouteText.Of(route), cancellationToken).ConfigureAwait(false);
        if (route.Examples.Count == 0)
            return own;
        var mean = new float[own.Length];
        var count = Math.Min(route.Examples.Count, MaxExamples);
        for (var i = 0; i < count; i++)
        {
            var example = await vectors.OfAsync(route.Examples[i], cancellationToken).ConfigureAwait(false);
            TensorPrimitives.Add(mean, example, mean);
        }

        var share = count / (count + ExampleKappa);
        TensorPrimitives.Multiply(mean, share / count, mean);
        TensorPrimitives.MultiplyAdd(own, 1 - share, mean, mean);
        TensorPrimitives.Divide(mean, TensorPrimitives.Norm<float>(mean), mean);
        return mean;
    }
}
