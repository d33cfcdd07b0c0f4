using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>Numbers that steer sampling, which models that think mostly refuse.</summary>
internal static class SamplingFit
{
    /// <summary>Writes a number that the client gave, if the model takes it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">The number's name in the client's format.</param>
    /// <param name="json">The provider's request.</param>
    /// <param name="target">Its name there.</param>
    /// <param name="most">The largest that the provider takes.</param>
    /// <param name="isTaken">Whether the model takes such numbers now.</param>
    /// <param name="losses">Takes note.</param>
    /// <returns>Whether it is written.</returns>
    public static bool Write(Request request, string name, Utf8JsonWriter json, string target, double most, bool isTaken, Losses losses)
    {
        if (request.Take(name) is not { } field)
            return false;
        var number = field.Number;
        if (!isTaken)
        {
            losses.Drop(name);
            return false;
        }

        if (number > most)
        {
            losses.Change(name);
            json.WriteNumber(target, most);
        }
        else
        {
            field.CopyRaw(json, target);
        }

        return true;
    }

    /// <summary>Whether the model samples as it is told to, given how it thinks.</summary>
    public static bool IsTaken(ModelCapabilities capabilities, bool thinks, string? effort) =>
        !thinks && (capabilities.Sampling || (capabilities.SamplingWithoutReasoning && effort == "none"));
}
