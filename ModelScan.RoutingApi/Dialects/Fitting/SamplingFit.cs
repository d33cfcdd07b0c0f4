using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;

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

    /// <summary>Writes <c>temperature</c> and <c>top_p</c>, of which some models take one.</summary>
    /// <param name="request">The request.</param>
    /// <param name="json">The provider's request.</param>
    /// <param name="topP">The name of the second there.</param>
    /// <param name="most">The largest that the provider takes.</param>
    /// <param name="isTaken">Whether the model takes such numbers now.</param>
    /// <param name="capabilities">What the model can take.</param>
    /// <param name="losses">Takes note.</param>
    /// <returns>Whether one is written.</returns>
    public static bool WritePair(Request request, Utf8JsonWriter json, string topP, double most, bool isTaken, ModelCapabilities capabilities, Losses losses)
    {
        var isHot = Write(request, "temperature", json, "temperature", most, isTaken, losses);
        return Write(request, "top_p", json, topP, most, isTaken && (capabilities.TemperatureWithTopP || !isHot), losses) || isHot;
    }

    /// <summary>Whether the model samples as it is told to, given how it thinks.</summary>
    public static bool IsTaken(ModelCapabilities capabilities, bool thinks, string? effort) =>
        !thinks && (capabilities.Sampling || (capabilities.SamplingWithoutReasoning && effort == "none"));
}
